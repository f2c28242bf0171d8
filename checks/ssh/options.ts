import * as v from 'valibot';
import { options } from '../../src/checker/index.ts';

/** `maxBytes` when it is not given. */
export const defaultMaxBytes = 1024 * 1024;

const entries = v.strictObject({
  remoteVersion: options.text({
    help: 'software version that the server must announce, with or without its comment',
    metavar: 'STRING',
    short: 'r',
  }),
  remoteProtocol: options.text({
    help: 'protocol version that the server must announce',
    metavar: 'STRING',
    short: 'P',
  }),
  hostKey: options.texts({
    help: 'fingerprint of a host key that is right (SHA256:...), or "any"',
    metavar: 'FINGERPRINT',
  }),
  user: options.text({ help: 'user to log in as', metavar: 'NAME' }),
  password: options.secret({ help: 'password of the user' }),
  key: options.path({ help: 'private key of the user, not encrypted', metavar: 'FILE' }),
  sftp: options.flag({ help: 'open an SFTP session after login' }),
  file: options.text({ help: 'file to read by SFTP', metavar: 'PATH' }),
  content: options.text({ help: 'text that the file must contain', metavar: 'TEXT' }),
  minBytes: options.integer({ help: 'least size of the file (default: 0)', metavar: 'N' }),
  maxBytes: options.integer({ help: 'most bytes to read (default: 1 MiB)', metavar: 'N' }, 1),
});

type Entries = v.InferOutput<typeof entries>;
type Key = keyof Entries;

/** What an option is of no use without. */
const needs: readonly (readonly [Key, Key])[] = [
  ['hostKey', 'user'],
  ['password', 'user'],
  ['key', 'user'],
  ['sftp', 'user'],
  ['file', 'user'],
  ['content', 'file'],
  ['minBytes', 'file'],
  ['maxBytes', 'file'],
];

const fingerprint = /^SHA256:[A-Za-z0-9+/]{43}$/;

const broken = function* (given: Entries): Generator<readonly [Key, string]> {
  const { user, password, key, hostKey = [], file, minBytes = 0, maxBytes = defaultMaxBytes } = given;
  for (const [option, other] of needs)
    if (given[option] !== undefined && given[option] !== false && given[other] === undefined)
      yield [option, `needs ${other}`];
  if (user === '') yield ['user', 'must not be empty'];
  if (file === '') yield ['file', 'must not be empty'];
  if (user !== undefined && !password && key === undefined) yield ['user', 'needs password or key'];
  // Without a pin the password would go to whoever answers.
  if (user !== undefined && hostKey.length === 0)
    yield ['hostKey', 'is required with user: give SHA256:... (ssh-keygen -l prints it) or any'];
  for (const pin of hostKey)
    if (pin !== 'any' && !fingerprint.test(pin))
      yield ['hostKey', `"${pin}" is neither SHA256: and 43 characters (ssh-keygen -l prints it) nor any`];
  if (minBytes > maxBytes) yield ['minBytes', 'must not exceed maxBytes'];
};

/** Options of the SSH check. */
export const sshOptions = v.pipe(entries, options.rules(broken));

/** {@link sshOptions}, parsed. */
export type SshOptions = v.InferOutput<typeof sshOptions>;

/** Options of a check that logs in. */
export type LoginOptions = SshOptions & { readonly user: string };

/** Whether the check goes further than the identification. */
export const logsIn = (given: SshOptions): given is LoginOptions => given.user !== undefined;

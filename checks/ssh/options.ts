import * as v from 'valibot';
import { options } from '../../src/checker/index.ts';
import { brokenRules } from './option-rules.ts';

const { duration, flag, integer, path, range, secret, text, texts } = options;

const entries = () => ({
  remoteVersion: text({
    help: 'software version that the server must announce, with or without its comment',
    metavar: 'STRING',
    short: 'r',
  }),
  remoteProtocol: text({
    help: 'protocol version that the server must announce',
    metavar: 'STRING',
    short: 'P',
  }),
  hostKey: texts({
    help: 'fingerprint of a host key that is right (SHA256:...), or "any"; repeatable, any of them may match',
    metavar: 'FINGERPRINT',
  }),
  knownHosts: path({ help: 'known_hosts file that must have the host key', metavar: 'FILE' }),
  hostKeyTypes: flag({ help: 'fetch a host key of every type that the server offers' }),
  user: text({ help: 'log in as this user', metavar: 'NAME' }),
  password: secret({ help: 'password of the user' }),
  key: path({ help: 'private key of the user', metavar: 'FILE' }),
  keyPassphrase: secret({ help: 'passphrase of the private key' }),
  agent: flag({ help: 'log in with the keys of the ssh-agent that SSH_AUTH_SOCK names' }),
  sftp: flag({ help: 'open an SFTP session' }),
  file: text({ help: 'file to read by SFTP', metavar: 'PATH' }),
  content: text({ help: 'text that the file must contain', metavar: 'TEXT' }),
  contentRegex: text({ help: 'regular expression (RE2) that must match in the file', metavar: 'RE' }),
  sha256: text({ help: 'SHA-256 of the file', metavar: 'HEX' }, (hex) =>
    /^[0-9a-f]{64}$/i.test(hex) ? undefined : 'must be 64 hexadecimal digits',
  ),
  minBytes: integer({ help: 'least size of the file', metavar: 'N' }),
  maxBytes: integer({ help: 'most bytes to read (default: 1048576)', metavar: 'N' }, 1),
  list: text({ help: 'folder to list by SFTP', metavar: 'PATH' }),
  maxAge: duration({ help: 'greatest age of the newest file in the folder that is listed', metavar: 'TIME' }),
  upload: text({ help: 'folder to store a file in by SFTP, which is read back and deleted', metavar: 'PATH' }),
  command: text({ help: 'command to run on the server, which must end with 0', metavar: 'CMD' }),
  commandOutput: text({ help: 'text that the output of the command must contain', metavar: 'TEXT' }),
  warning: range({
    short: 'w',
    metavar: 'RANGE',
    help: 'warn when the seconds it took are outside of this range; not for a look at the identification alone',
  }),
  critical: range({
    short: 'c',
    metavar: 'RANGE',
    help: 'critical when the seconds it took are outside of this range; likewise',
  }),
});

/** The schema of the SSH checker's options. */
export const sshOptions = options.deferred(() => v.pipe(v.strictObject(entries()), options.rules(brokenRules)));

/** What the SSH checker can be told. */
export type SshOptions = v.InferOutput<v.StrictObjectSchema<ReturnType<typeof entries>, undefined>>;

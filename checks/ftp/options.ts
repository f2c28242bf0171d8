import * as v from 'valibot';
import { options } from '../../src/checker/index.ts';

const states = ['ok', 'warn', 'crit'] as const;
const positive = 'must be a positive integer';

const { choice, flag, integer, range, secret, text, texts } = options;

const entries = {
  expect: texts({
    short: 'e',
    metavar: 'STRING',
    help: 'text the greeting must contain, instead of beginning with 220; repeatable, any of them will do',
  }),
  all: flag({ short: 'A', help: 'every expected text must occur' }),
  mismatch: choice(states, { short: 'M', help: 'state for an unexpected greeting (default: warn; in a farm, crit)' }),
  refuse: choice(states, { short: 'r', help: 'state for a refused connection (default: crit)' }),
  jail: flag({ short: 'j', help: 'do not show what the server said' }),
  send: text({ short: 's', metavar: 'STRING', help: 'text to send before the greeting is read' }),
  quit: text({ short: 'q', metavar: 'STRING', help: 'text to send at the end (default: QUIT)' }),
  escape: flag({ short: 'E', help: 'read \\n \\r \\t \\\\ in --send and --quit; nothing is then appended to --quit' }),
  maxbytes: integer(
    { short: 'm', metavar: 'BYTES', help: 'stop reading the greeting after so many bytes' },
    1,
    positive,
  ),
  delay: integer({ short: 'd', metavar: 'SECONDS', help: 'wait before reading the greeting' }, 1, positive),
  warning: range({ short: 'w', metavar: 'RANGE', help: 'warn when the seconds it took are outside of this range' }),
  critical: range({
    short: 'c',
    metavar: 'RANGE',
    help: 'critical when the seconds it took are outside of this range',
  }),
  user: text({ metavar: 'NAME', help: 'log in as this user (default, when a file is named: anonymous)' }),
  password: secret({ help: 'password of the user' }),
  data: choice(['passive', 'epsv', 'pasv'], {
    help: 'how to open the data connection (default: passive, which is EPSV, and PASV where EPSV is refused)',
  }),
  file: text({ metavar: 'PATH', help: 'file to read from the server' }),
  content: text({ metavar: 'TEXT', help: 'text the file must contain' }),
  minBytes: integer({ metavar: 'N', help: 'least size of the file' }),
  maxBytes: integer({ metavar: 'N', help: 'largest size of the file (default: 1048576)' }, 1),
};

type Entries = v.InferOutput<v.StrictObjectSchema<typeof entries, undefined>>;
type Key = keyof Entries;

/** What an option is of no use without. */
const needs: readonly (readonly [Key, Key])[] = [
  ['password', 'user'],
  ['data', 'file'],
  ['content', 'file'],
  ['minBytes', 'file'],
  ['maxBytes', 'file'],
];

/** What only makes sense while the greeting is all that is looked at. */
const bannerOnly: readonly Key[] = ['send', 'quit', 'escape', 'maxbytes', 'delay'];

/** What becomes the argument of an FTP command: a line end in it would be a second command. */
const commandArguments: readonly Key[] = ['user', 'file'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const controls = /[\u0000-\u001f\u007f]/;

/** The rules between options, each a complaint about one of them. */
const broken = function* (given: Entries): Generator<readonly [Key, string]> {
  for (const [key, other] of needs)
    if (given[key] !== undefined && given[other] === undefined) yield [key, `needs ${other}`];
  for (const key of commandArguments) {
    if (given[key] === '') yield [key, 'must not be empty'];
    if (controls.test(String(given[key] ?? ''))) yield [key, 'must not contain control characters'];
  }
  if (isDeep(given))
    for (const key of bannerOnly)
      if (given[key] !== undefined) yield [key, 'is for a look at the greeting alone, without user and file'];
  if ((given.minBytes ?? 0) > (given.maxBytes ?? defaultMaxBytes)) yield ['minBytes', 'must not exceed maxBytes'];
};

/** Largest file that is read unless `maxBytes` says otherwise: 1 MiB. */
export const defaultMaxBytes = 1024 * 1024;

/** Whether these options ask for more than the greeting. */
export const isDeep = ({ user, file }: { readonly user?: unknown; readonly file?: unknown }): boolean =>
  user !== undefined || file !== undefined;

/** The schema of the FTP checker's options. */
export const ftpOptions = v.pipe(v.strictObject(entries), options.rules(broken));

/** What the FTP checker can be told. */
export type FtpOptions = v.InferOutput<typeof ftpOptions>;

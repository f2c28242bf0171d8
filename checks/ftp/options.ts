import { isIP } from 'node:net';
import * as v from 'valibot';
import { options } from '../../src/checker/index.ts';
import { brokenDataRules } from './data-rules.ts';
import { expiryFault } from './expiry.ts';

const states = ['ok', 'warn', 'crit'] as const;
/** Numbers that check_ftp reads into a C int. */
const classicInteger = [1, 'must be a positive integer', 2 ** 31 - 1] as const;

const { choice, duration, flag, integer, path, range, secret, text, texts } = options;

const entries = () => ({
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
    ...classicInteger,
  ),
  delay: integer({ short: 'd', metavar: 'SECONDS', help: 'wait before reading the greeting' }, ...classicInteger),
  warning: range({ short: 'w', metavar: 'RANGE', help: 'warn when the seconds it took are outside of this range' }),
  critical: range({
    short: 'c',
    metavar: 'RANGE',
    help: 'critical when the seconds it took are outside of this range',
  }),
  ssl: flag({ short: 'S', help: 'implicit TLS as check_ftp has it: nothing is verified' }),
  certificate: text(
    {
      short: 'D',
      metavar: 'DAYS[,DAYS]',
      help: 'warn (critical) when the certificate expires within so many days; implies -S without --tls',
    },
    expiryFault,
  ),
  sni: text(
    {
      metavar: 'NAME',
      help: 'server name to ask for and to verify (default: the host); implies -S without --tls',
    },
    (name) => (/^[a-z0-9_-][a-z0-9._-]{0,252}$/i.test(name) && isIP(name) === 0 ? undefined : 'must be a host name'),
  ),
  user: text({ metavar: 'NAME', help: 'log in as this user' }),
  anonymous: flag({ help: 'log in as anonymous (default, when there is something to do)' }),
  password: secret({ help: 'password of the user' }),
  account: text({ metavar: 'NAME', help: 'account, for servers that ask for one (ACCT)' }),
  tls: choice(['explicit', 'implicit'], { help: 'FTPS: AUTH TLS after the greeting, or TLS from the first byte' }),
  tlsCa: path({ metavar: 'FILE', help: 'certificates (PEM) to trust instead of the public ones of Node' }),
  tlsInsecure: flag({ help: 'do not verify the certificates' }),
  tlsMinVersion: choice(['1.2', '1.3'], { help: 'least version of TLS (default: 1.2)' }),
  tlsReuse: choice(['require', 'report'], {
    help: 'data connections must resume the TLS session of the control connection, or it is reported whether they do (default)',
  }),
  data: choice(['passive', 'pasv', 'epsv', 'active', 'port', 'eprt'], {
    help: 'open data connections this way (default: passive = EPSV, and PASV where EPSV is refused; active = PORT, EPRT on IPv6)',
  }),
  pasvAddress: texts({
    metavar: 'ADDRESS',
    help: 'what PASV must advertise, or "control"; repeatable, any of them will do',
  }),
  pasvPorts: text({ metavar: 'LO-HI', help: 'range of the ports that PASV and EPSV must advertise' }),
  pasvFollow: flag({ help: 'dial the address that PASV advertises, if it is one of --pasv-address' }),
  activeAddress: text({
    metavar: 'ADDRESS',
    help: 'address to announce in active mode (default: that of the control connection)',
  }),
  activeBind: text({ metavar: 'ADDRESS[:LO-HI]', help: 'where to listen in active mode' }),
  activeSource: text({
    metavar: 'ADDRESS',
    help: 'where the data connection must come from, or "control" (the default)',
  }),
  activeSourcePort: integer(
    { metavar: 'PORT', help: 'port the data connection must come from, usually 20' },
    1,
    undefined,
    65_535,
  ),
  list: flag({ help: 'list the directory' }),
  file: text({ metavar: 'PATH', help: 'file to read from the server' }),
  content: text({ metavar: 'TEXT', help: 'text the file must contain' }),
  contentRegex: text({ metavar: 'RE', help: 'regular expression (RE2) that must match in the file' }),
  sha256: text({ metavar: 'HEX', help: 'SHA-256 of the file' }, (hex) =>
    /^[0-9a-f]{64}$/i.test(hex) ? undefined : 'must be 64 hexadecimal digits',
  ),
  minBytes: integer({ metavar: 'N', help: 'least size of the file' }),
  maxBytes: integer({ metavar: 'N', help: 'largest size of what is read (default: 1048576)' }, 1),
  upload: text({ metavar: 'PATH', help: 'folder on the server to store a file in, which is read back and deleted' }),
  // Each is three steps in the result.
  transfers: integer({ metavar: 'N', help: 'so many transfers in one login (default: 1)' }, 1, undefined, 1_000),
  idle: duration({ metavar: 'TIME', help: 'leave the control connection idle so long, then NOOP; not counted in -t' }),
});

type Entries = v.InferOutput<v.StrictObjectSchema<ReturnType<typeof entries>, undefined>>;
type Key = keyof Entries;

/** What an option is of no use without: any of these. */
const needs: readonly (readonly [Key, ...Key[]])[] = [
  ['password', 'user'],
  ['content', 'file'],
  ['contentRegex', 'file'],
  ['sha256', 'file'],
  ['minBytes', 'file'],
  ['maxBytes', 'file', 'list', 'data'],
  ['transfers', 'file', 'list', 'data'],
  ['tlsCa', 'tls'],
  ['tlsInsecure', 'tls'],
  ['tlsMinVersion', 'tls'],
  ['tlsReuse', 'tls'],
  ['tlsReuse', 'data', 'list', 'file', 'upload'],
];

/** What makes data connections. */
const dataUsers: readonly Key[] = ['data', 'list', 'file', 'upload'];

/** What only makes sense while the greeting is all that is looked at. */
const bannerOnly: readonly Key[] = ['send', 'quit', 'escape', 'maxbytes', 'delay', 'ssl'];

/** What becomes the argument of an FTP command: a line end in it would be a second command. */
const commandArguments: readonly Key[] = ['user', 'account', 'file', 'upload'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const controls = /[\u0000-\u001f\u007f]/;

/** The rules between options, each a complaint about one of them. */
const broken = function* (given: Entries): Generator<readonly [Key, string]> {
  for (const [key, ...others] of needs)
    if (given[key] !== undefined && !others.some((other) => isAsked(given[other])))
      yield [key, `needs ${others.join(' or ')}`];
  if (given.user !== undefined && given.anonymous) yield ['anonymous', 'is of no use with user'];
  for (const key of commandArguments) {
    if (given[key] === '') yield [key, 'must not be empty'];
    if (controls.test(String(given[key] ?? ''))) yield [key, 'must not contain control characters'];
  }
  if (isDeep(given))
    for (const key of bannerOnly)
      if (given[key] !== undefined)
        yield [key, `is for a look at the greeting alone${key === 'ssl' ? ': say tls implicit' : ''}`];
  if (isDeep(given) && !given.tls)
    for (const key of ['certificate', 'sni'] as const) if (given[key] !== undefined) yield [key, 'needs tls'];
  if (given.tlsCa !== undefined && given.tlsInsecure) yield ['tlsCa', 'is of no use with tlsInsecure'];
  yield* brokenDataRules(
    given,
    dataUsers.some((key) => isAsked(given[key])),
  );
  if ((given.minBytes ?? 0) > (given.maxBytes ?? defaultMaxBytes)) yield ['minBytes', 'must not exceed maxBytes'];
  if (given.idle === 0) yield ['idle', 'must be longer than 0'];
};

/** Whether an option is there, and not a switch that is off. */
const isAsked = (value: unknown): boolean => value !== undefined && value !== false;

/** Largest file that is read unless `maxBytes` says otherwise: 1 MiB. */
export const defaultMaxBytes = 1024 * 1024;

/** What asks for more than the greeting. */
const deepOnly: readonly Key[] = ['user', 'anonymous', 'account', 'tls', 'data', 'list', 'file', 'upload', 'idle'];

/** Whether these options ask for more than the greeting. */
export const isDeep = (given: { readonly [K in Key]?: unknown }): boolean =>
  deepOnly.some((key) => isAsked(given[key]));

/** The schema of the FTP checker's options. */
export const ftpOptions = options.deferred(() => v.pipe(v.strictObject(entries()), options.rules(broken)));

/** What the FTP checker can be told. */
export type FtpOptions = v.InferOutput<typeof ftpOptions>;

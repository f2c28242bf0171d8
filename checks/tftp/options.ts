import * as v from 'valibot';
import { options } from '../../src/checker/index.ts';

/** What is read when `file` names nothing else. */
export const defaultFile = 'farm-guardian.txt';

/** `maxBytes` when it is not given. */
export const defaultMaxBytes = 1024 * 1024;

/** The large block of an MTU lap when `blksize` is not given: what an Ethernet packet holds (in.tftpd(8), RFC 2348). */
export const defaultLapBytes = 1468;

const { choice, flag, integer, range, text } = options;

const entries = () => ({
  file: text({ help: `file to read (default: ${defaultFile})`, metavar: 'PATH', short: 'f' }),
  mode: choice(['octet', 'netascii'], {
    help: 'transfer mode, octet or netascii (default: octet)',
    metavar: 'MODE',
  }),
  blksize: integer({ help: 'ask for blocks of so many bytes, 8 to 65464 (RFC 2348)', metavar: 'N' }, 8),
  tsize: flag({ help: 'ask for the size of the file (RFC 2349)' }),
  windowsize: integer({ help: 'ask for so many blocks to each acknowledgement (RFC 7440)', metavar: 'N' }, 1),
  optionTimeout: integer({ help: 'ask the server to repeat after so many seconds (RFC 2349)', metavar: 'S' }, 1),
  requireOptions: flag({ help: 'the server must grant every option that is asked for' }),
  content: text({ help: 'text that the file must contain', metavar: 'TEXT' }),
  contentRegex: text({ help: 'regular expression (RE2) that must match in the file', metavar: 'RE' }),
  sha256: text({ help: 'SHA-256 of the file', metavar: 'HEX' }, (hex) =>
    /^[0-9a-f]{64}$/i.test(hex) ? undefined : 'must be 64 hexadecimal digits',
  ),
  size: integer({ help: 'exact size of the file', metavar: 'N' }),
  minBytes: integer({ help: 'least size of the file (default: 1)', metavar: 'N' }),
  maxBytes: integer({ help: 'most bytes to read (default: 1 MiB)', metavar: 'N' }, 1),
  firstBlock: flag({ help: 'read one block, then end the transfer politely' }),
  mtuLap: flag({
    help: `read the first block with blksize 512, then the file with --blksize (default: ${defaultLapBytes}); a path that drops only the larger packets is named`,
  }),
  expectError: integer({
    help: 'be content with this ERROR code, such as 1 for a file known to be absent',
    metavar: 'CODE',
  }),
  sourcePolicy: choice(['same-address', 'any'], {
    help: 'whether answers from other addresses count, same-address or any (default: same-address)',
    metavar: 'POLICY',
  }),
  warning: range({ help: 'warn when the seconds are outside this range', metavar: 'RANGE', short: 'w' }),
  critical: range({ help: 'fail when the seconds are outside this range', metavar: 'RANGE', short: 'c' }),
});

type Entries = v.InferOutput<v.StrictObjectSchema<ReturnType<typeof entries>, undefined>>;
type Key = keyof Entries;

const longestFileBytes = 400;

/** The most that fits into the packets of RFC 2348, 2349 and 7440, and of RFC 1350. */
const most: readonly (readonly [Key, number])[] = [
  ['blksize', 65_464],
  ['windowsize', 65_535],
  ['optionTimeout', 255],
  ['expectError', 65_535],
];

/** What looks at a file, and so goes without one that is not to come. */
const fileOnly: readonly Key[] = ['content', 'contentRegex', 'sha256', 'size', 'minBytes', 'firstBlock', 'mtuLap'];

const negotiable: readonly Key[] = ['blksize', 'tsize', 'windowsize', 'optionTimeout', 'mtuLap'];

/** Whether an option is there, and not a switch that is off. */
const isAsked = (value: unknown): boolean => value !== undefined && value !== false;

/** The rules between options, each a complaint about one of them. */
const broken = function* (given: Entries): Generator<readonly [Key, string]> {
  const { file = defaultFile, expectError, size, minBytes, maxBytes = defaultMaxBytes } = given;
  if (file === '' || file.includes('\0') || Buffer.byteLength(file) > longestFileBytes)
    yield ['file', `must be a name of 1 to ${longestFileBytes} bytes`];
  for (const [key, limit] of most) if (Number(given[key] ?? 0) > limit) yield [key, `must not exceed ${limit}`];
  const idle = fileOnly.filter((key) => isAsked(given[key]));
  if (expectError !== undefined && idle.length > 0)
    yield ['expectError', `goes without ${idle.join(', ')}: no file is expected`];
  if (given.requireOptions && !negotiable.some((key) => isAsked(given[key])))
    yield ['requireOptions', `needs ${negotiable.join(' or ')}`];
  if (given.mtuLap && (given.blksize ?? defaultLapBytes) <= 512) yield ['mtuLap', 'needs a blksize of more than 512'];
  if (given.firstBlock && !given.tsize) {
    if (size !== undefined) yield ['size', 'needs tsize together with firstBlock'];
    // What any block has needs no word from the server.
    if (minBytes !== undefined && minBytes > 1) yield ['minBytes', 'needs tsize together with firstBlock'];
  }
  if (given.firstBlock) return;
  if (size !== undefined && size > maxBytes) yield ['size', 'must not exceed maxBytes'];
  if (minBytes !== undefined && minBytes > maxBytes) yield ['minBytes', 'must not exceed maxBytes'];
};

/** Options of the TFTP check. */
export const tftpOptions = options.deferred(() => v.pipe(v.strictObject(entries()), options.rules(broken)));

/** {@link tftpOptions}, parsed. */
export type TftpOptions = v.InferOutput<typeof tftpOptions>;

import * as v from 'valibot';
import { options } from '../../src/checker/index.ts';

/** What is read when `file` names nothing else. */
export const defaultFile = 'farm-guardian.txt';

/** `maxBytes` when it is not given. */
export const defaultMaxBytes = 1024 * 1024;

const entries = v.strictObject({
  file: options.text({
    help: `file to read (default: ${defaultFile})`,
    metavar: 'PATH',
    short: 'f',
  }),
  mode: options.choice(['octet', 'netascii'], {
    help: 'transfer mode, octet or netascii (default: octet)',
    metavar: 'MODE',
  }),
  content: options.text({ help: 'text that the file must contain', metavar: 'TEXT' }),
  size: options.integer({ help: 'exact size of the file', metavar: 'N' }),
  minBytes: options.integer({ help: 'least size of the file (default: 1)', metavar: 'N' }),
  maxBytes: options.integer({ help: 'most bytes to read (default: 1 MiB)', metavar: 'N' }, 1),
  expectError: options.integer({
    help: 'be content with this ERROR code, such as 1 for a file known to be absent',
    metavar: 'CODE',
  }),
  sourcePolicy: options.choice(['same-address', 'any'], {
    help: 'whether answers from other addresses count, same-address or any (default: same-address)',
    metavar: 'POLICY',
  }),
  warning: options.range({ help: 'warn when the seconds are outside this range', metavar: 'RANGE', short: 'w' }),
  critical: options.range({ help: 'fail when the seconds are outside this range', metavar: 'RANGE', short: 'c' }),
});

const longestFileBytes = 400;

const broken = function* (given: v.InferOutput<typeof entries>): Generator<readonly [keyof typeof given, string]> {
  const { file = defaultFile, expectError, content, size, minBytes, maxBytes = defaultMaxBytes } = given;
  if (file === '' || file.includes('\0') || Buffer.byteLength(file) > longestFileBytes)
    yield ['file', `must be a name of 1 to ${longestFileBytes} bytes`];
  if (expectError !== undefined && (content ?? size ?? minBytes) !== undefined)
    yield ['expectError', 'goes without content, size and minBytes: no file is expected'];
  if (size !== undefined && size > maxBytes) yield ['size', 'must not exceed maxBytes'];
  if (minBytes !== undefined && minBytes > maxBytes) yield ['minBytes', 'must not exceed maxBytes'];
};

/** Options of the TFTP check. */
export const tftpOptions = v.pipe(entries, options.rules(broken));

/** {@link tftpOptions}, parsed. */
export type TftpOptions = v.InferOutput<typeof tftpOptions>;

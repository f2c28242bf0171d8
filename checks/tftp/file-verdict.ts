import { hash } from 'node:crypto';
import type { KnownReasonCode, LinearPattern } from '../../src/checker/index.ts';
import { decodeNetascii } from './netascii.ts';
import type { TftpOptions } from './options.ts';
import { critical, judgeTime, type Verdict } from './verdict.ts';

/** A file that came, or its first block. */
export interface FileCame {
  /** As they should be on the server's disk. */
  readonly bytes: Buffer;
  /** Whether that is all of it. */
  readonly whole: boolean;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Its whole size, where that is known: as counted, else as the server says. */
  readonly size?: number | undefined;
  /** Its whole size as the server says, where it does. */
  readonly tsize?: number | undefined;
}

/** Takes bytes as they came for a file. */
export const fileOf = (
  { bytes: received, whole }: Pick<FileCame, 'bytes' | 'whole'>,
  { mode }: Pick<TftpOptions, 'mode'>,
  tsize: number | undefined,
): FileCame => {
  const bytes = mode === 'netascii' ? decodeNetascii(received) : received;
  return { bytes, whole, sha256: hash('sha256', bytes), size: whole ? bytes.length : tsize, tsize };
};

/** What a file is judged by besides the options. */
export interface FileJudging {
  /** For messages. */
  readonly file: string;
  /** `contentRegex`, compiled. */
  readonly pattern?: LinearPattern | undefined;
  /** Bytes of the block that the file must fill, so that the MTU of the path is known to hold it. */
  readonly fills?: number | undefined;
  /** How long it took. */
  readonly seconds: number;
}

const anotherFile = 'The server has another file than expected: look at what it serves.';

/** Judges a file that came. */
export const judgeFile = (
  came: FileCame,
  options: TftpOptions,
  { file, pattern, fills, seconds }: FileJudging,
): Verdict => {
  const { bytes, whole, size } = came;
  const { content, sha256, minBytes = 0 } = options;
  const part = whole ? '' : `first ${size === undefined ? '' : `${bytes.length} of `}`;
  const got = `${part}${size ?? bytes.length} bytes of ${file}`;
  const mismatch = (code: KnownReasonCode, why: string, remedy = anotherFile) =>
    critical(code, `${got}, ${why}`, remedy);

  const wrongSize = sizeFault(came, options);
  if (wrongSize !== undefined) return mismatch('size-mismatch', wrongSize);
  if (size === undefined && (options.size !== undefined || bytes.length < minBytes))
    return mismatch(
      'options-refused',
      'and tsize is not granted',
      'Let the server answer the option tsize, or read the whole file.',
    );
  if (fills !== undefined && bytes.length < fills)
    return mismatch(
      'size-mismatch',
      `less than a block of ${fills}`,
      'A small file shows nothing of the MTU: name a larger one.',
    );
  if (sha256 !== undefined && came.sha256 !== sha256.toLowerCase())
    return mismatch('content-mismatch', `with the SHA-256 ${came.sha256}, expected ${sha256.toLowerCase()}`);
  if (content !== undefined && !bytes.includes(content))
    return mismatch('content-mismatch', `without the expected "${content}"`);
  if (pattern && !pattern.test(bytes))
    return mismatch('content-mismatch', 'which the regular expression does not match');
  return judgeTime(got, options, seconds);
};

const sizeFault = ({ bytes, whole, size, tsize }: FileCame, options: TftpOptions): string | undefined => {
  const { size: expected, minBytes = expected === undefined ? 1 : 0, mode } = options;
  // In netascii a size on disk is none on the wire, and servers differ in which of them they say.
  if (whole && tsize !== undefined && mode !== 'netascii' && bytes.length !== tsize)
    return `where the server had said ${tsize} (tsize)`;
  if (expected !== undefined && size !== undefined && size !== expected) return `expected ${expected}`;
  if (size !== undefined && size < minBytes) return `expected at least ${minBytes}`;
  return undefined;
};

import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import type { LinearPattern } from '../../src/checker/index.ts';
import { DeepFailure } from './deep-failure.ts';
import type { FtpOptions } from './options.ts';

/** What a file must be like. */
export interface Expected extends Pick<FtpOptions, 'content' | 'sha256' | 'minBytes'> {
  readonly maxBytes: number;
  readonly pattern?: LinearPattern | undefined;
}

/** Takes a file as it comes, counts and looks at its bytes. It keeps them only for a pattern to match in. */
export interface Sentinel {
  /** Fails with `size-mismatch` as soon as the file is too large. */
  readonly sink: Writable;
  readonly size: number;
  /** SHA-256 of what has come, in hexadecimal. To be asked once, at the end. */
  sha256(): string;
  /** What is wrong with the file of this digest, if anything, now that it is there. */
  verdict(sha256: string): DeepFailure | undefined;
}

/** Opens one for a file; `file` is only for messages. */
export const openSentinel = (
  file: string,
  { content, pattern, sha256, minBytes = 0, maxBytes }: Expected,
): Sentinel => {
  const text = textSearch(Buffer.from(content ?? ''));
  const mostBytes = Math.min(maxBytes, pattern?.longestBytes ?? maxBytes);
  const kept: Buffer[] = [];
  const hash = createHash('sha256');
  let size = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > mostBytes) return done(tooLarge(file, mostBytes, mostBytes < maxBytes));
      hash.update(chunk);
      text.look(chunk);
      if (pattern) kept.push(chunk);
      done();
    },
  });
  return {
    sink,
    get size() {
      return size;
    },
    sha256: () => hash.digest('hex'),
    verdict(digest) {
      if (size < minBytes) return tooSmall(file, size, minBytes);
      if (sha256 !== undefined && digest !== sha256.toLowerCase())
        return otherContent(`${file} (${size} bytes) has the SHA-256 ${digest}, not ${sha256.toLowerCase()}`);
      if (!text.found) return otherContent(`${file} (${size} bytes) does not contain "${content}"`);
      if (pattern && !pattern.test(Buffer.concat(kept)))
        return otherContent(`${file} (${size} bytes) does not match the regular expression`);
      return undefined;
    },
  };
};

/** Looks for a text in chunks, wherever they are cut. An empty one is found at once. */
const textSearch = (wanted: Buffer) => {
  let found = wanted.length === 0;
  let tail = Buffer.alloc(0);
  return {
    get found() {
      return found;
    },
    look(chunk: Buffer) {
      if (found) return;
      const window = Buffer.concat([tail, chunk]);
      found = window.includes(wanted);
      tail = window.subarray(Math.max(0, window.length - wanted.length + 1));
    },
  };
};

const tooLarge = (file: string, maxBytes: number, forPattern: boolean): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'size-mismatch',
    `${file} has more than ${maxBytes} bytes${forPattern ? ', which is too many for the regular expression' : ''}`,
    forPattern
      ? 'Check a smaller file, or use a simpler regular expression.'
      : 'Check a small file made for the purpose, or raise maxBytes.',
  );

const tooSmall = (file: string, size: number, minBytes: number): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'size-mismatch',
    `${file} has ${size} bytes, not ${minBytes} or more`,
    'The file is shorter than it should be: was it written completely?',
  );

/** A file that is there, but not the one that is expected. */
export const otherContent = (summary: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'content-mismatch',
    summary,
    'The server serves another file than expected: compare it with the other servers of the farm.',
  );

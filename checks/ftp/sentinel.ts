import { Writable } from 'node:stream';
import { DeepFailure } from './deep-failure.ts';

/** Takes a file as it comes: counts its bytes, looks for a text in it, keeps nothing of it. */
export interface Sentinel {
  readonly sink: Writable;
  readonly size: number;
  /** Whether the text occurred; true when none is looked for. */
  readonly found: boolean;
}

/** @returns a sentinel whose sink fails with `size-mismatch` as soon as the file exceeds `maxBytes` */
export const openSentinel = (file: string, content: string | undefined, maxBytes: number): Sentinel => {
  const wanted = Buffer.from(content ?? '');
  let size = 0;
  let found = wanted.length === 0;
  let tail = Buffer.alloc(0);
  const look = (chunk: Buffer) => {
    const window = Buffer.concat([tail, chunk]);
    found = window.includes(wanted);
    tail = window.subarray(Math.max(0, window.length - wanted.length + 1));
  };
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) return done(tooLarge(file, maxBytes));
      if (!found) look(chunk);
      done();
    },
  });
  return {
    sink,
    get size() {
      return size;
    },
    get found() {
      return found;
    },
  };
};

const tooLarge = (file: string, maxBytes: number): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'size-mismatch',
    `${file} has more than ${maxBytes} bytes`,
    'Check a small file made for the purpose, or raise maxBytes.',
  );

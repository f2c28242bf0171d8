import { Writable } from 'node:stream';
import type { Control } from './control.ts';
import { DeepFailure } from './deep-failure.ts';
import { defaultMaxBytes } from './options.ts';
import { transfer } from './transfer.ts';
import type { WorkRun } from './work.ts';

/**
 * Lists the directory of the login (LIST) and counts what is in it. Learns `entries`.
 *
 * @throws DeepFailure, or the signal's reason
 */
export const list = async (control: Control, run: WorkRun): Promise<number> => {
  const counter = openCounter(run.options.maxBytes ?? defaultMaxBytes);
  run.learn(await transfer(control, { command: 'LIST', receive: counter.sink }, run));
  const { entries } = counter;
  run.learn({ entries });
  return entries;
};

const lineFeed = 10;

/** Counts lines that are not empty, but for the `total 8` that `ls -l` begins with; keeps no more than a line's start. */
const openCounter = (maxBytes: number) => {
  let size = 0;
  let line = '';
  let entries = 0;
  const endLine = () => {
    if (/\S/.test(line) && !/^total \d+\s*$/.test(line)) entries++;
    line = '';
  };
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) return done(tooLong(maxBytes));
      let from = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
        line += chunk.toString('latin1', from, Math.min(end, from + longestStart));
        endLine();
        from = end + 1;
      }
      if (line.length < longestStart) line += chunk.toString('latin1', from, from + longestStart);
      done();
    },
    final(done) {
      endLine();
      done();
    },
  });
  return {
    sink,
    get entries() {
      return entries;
    },
  };
};

/** What tells a line that counts from one that does not. */
const longestStart = 80;

const tooLong = (maxBytes: number): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'size-mismatch',
    `the listing has more than ${maxBytes} bytes`,
    'Log in to a smaller directory, or raise maxBytes.',
  );

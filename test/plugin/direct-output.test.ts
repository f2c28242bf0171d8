import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { directOutput } from '../../src/plugin/direct-output.ts';
import { itInFolder as it } from '../temporary-folder.ts';

const unneeded = () => {
  throw new Error('nobody should need it');
};

it('writes at once what a file takes, without a stream', ({ folder }) => {
  const path = join(folder, 'out');
  const descriptor = openSync(path, 'w');
  const output = directOutput(descriptor, unneeded);
  output.write('one\n');
  output.write('two\n');
  let flushed = false;
  output.flushed(() => {
    flushed = true;
  });
  expect(flushed).toBe(true);
  closeSync(descriptor);
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
});

it('hands what a full pipe does not take to a stream, and all that follows', async ({ folder }) => {
  const path = join(folder, 'pipe');
  await promisify(execFile)('mkfifo', [path]);
  // Open for both, a pipe is full once nobody reads.
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const stream = new PassThrough();
  const rest = text(stream);
  const output = directOutput(descriptor, () => stream);
  const long = 'moo '.repeat(100_000);
  output.write(long);
  output.write('end\n');
  await new Promise<void>((resolve) => output.flushed(resolve));
  stream.end();
  const taken = Buffer.alloc(long.length);
  const bytes = readSync(descriptor, taken);
  closeSync(descriptor);
  expect(bytes).toBeGreaterThan(0);
  expect(taken.toString('utf8', 0, bytes) + (await rest)).toBe(`${long}end\n`);
});

it('does not mind what cannot be written', () => {
  const descriptor = openSync('/dev/null', 'r');
  const output = directOutput(descriptor, unneeded);
  output.write('to nobody\n');
  let flushed = false;
  output.flushed(() => {
    flushed = true;
  });
  expect(flushed).toBe(true);
  closeSync(descriptor);
});

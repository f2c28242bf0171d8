import { closeSync, openSync, writeSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { Journal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { pruneSegments } from '../../src/journal/segments.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { itInFolder as it } from '../temporary-folder.ts';

const context = { clock: new ManualClock(), log: silentLogger, largestBytes: 300 };

const sequencesOf = async (file: string, after = 0) => {
  const sequences = [];
  for await (const { sequence } of readJournal(file, after)) sequences.push(sequence);
  return sequences;
};

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, i) => from + i);

/** A journal of `count` entries of about 70 bytes. */
const fill = (file: string, count: number): void => {
  using journal = Journal.open(file, 0, context);
  for (let i = 0; i < count; i++) journal.append({ type: 'alive', results: i });
};

it('begins anew when it is long, and is read as one', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  fill(file, 12);
  expect((await readdir(folder)).sort()).toEqual([
    'journal-0000000000000005.jsonl',
    'journal-0000000000000010.jsonl',
    'journal.jsonl',
  ]);
  expect(await sequencesOf(file)).toEqual(upTo(12));
  expect(await sequencesOf(file, 5)).toEqual(upTo(12, 6));
  expect((await stat(join(folder, 'journal-0000000000000005.jsonl'))).size).toBeLessThan(400);
});

it('finds every entry wherever it was killed between two files', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  fill(file, 5);
  expect(await readdir(folder)).toEqual(['journal-0000000000000005.jsonl', 'journal.jsonl']);
  await writeFile(file, '');
  expect(await sequencesOf(file)).toEqual(upTo(5));
});

it('deletes the oldest segments, but none that no snapshot contains', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  fill(file, 27);
  await pruneSegments(file, 9, 2);
  expect(await sequencesOf(file)).toEqual(upTo(27, 6));
  await pruneSegments(file, 27, 2);
  expect(await sequencesOf(file)).toEqual(upTo(27, 19));
});

it('leaves files alone that only look like segments', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  for (const name of ['journal-1.jsonl', 'journal-0000000000000001.jsonl.bak', 'journals-0000000000000001.jsonl'])
    await writeFile(join(folder, name), '');
  fill(file, 27);
  await pruneSegments(file, 27, 0);
  expect((await readdir(folder)).sort()).toEqual([
    'journal-0000000000000001.jsonl.bak',
    'journal-1.jsonl',
    'journal.jsonl',
    'journals-0000000000000001.jsonl',
  ]);
});

it('passes over a line without an end, however long, and reads what comes after it', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  const descriptor = openSync(file, 'w');
  for (let i = 0; i < 16; i++) writeSync(descriptor, 'x'.repeat(100_003));
  writeSync(descriptor, '\n{"sequence":7,"at":"2026-01-01T00:00:00.000Z","type":"stop"}');
  closeSync(descriptor);
  expect(await sequencesOf(file)).toEqual([7]);
});

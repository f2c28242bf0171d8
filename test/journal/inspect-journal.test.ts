import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { inspectJournal } from '../../src/journal/inspect-journal.ts';
import { itInFolder as it, temporaryFolder } from '../temporary-folder.ts';

const now = Date.UTC(2026, 0, 2);

it.each([
  ['a picture', (file: string) => writeFile(file, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2])), 'it is no journal'],
  ['the journal of something else', (file: string) => writeFile(file, '{"seq":1}\n{"seq":2}\n'), 'it is no journal'],
  ['a folder', (file: string) => mkdir(file), 'it is not a regular file'],
])('sets %s aside that stands in its place', async (_name, spoil, why) => {
  await using folder = await temporaryFolder();
  const file = folder.at('journal.jsonl');
  await spoil(file);
  const setAside = `${file}.corrupt-2026-01-02T000000.000Z`;
  expect(await inspectJournal(file, now)).toEqual({ setAside, why: expect.stringContaining(why) });
  expect(await inspectJournal(file, now)).toBeUndefined();
});

it('leaves a journal in which only some lines are damaged', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  const text = '\u0000\u0000half a li\n{"sequence":1,"at":"2026-01-01T00:00:00.000Z","type":"stop"}\n';
  await writeFile(file, text);
  expect(await inspectJournal(file, now)).toBeUndefined();
  expect(await readFile(file, 'utf8')).toBe(text);
});

it.each([
  ['empty', ''],
  ['absent', undefined],
])('has nothing against a journal that is %s', async (_name, text) => {
  await using folder = await temporaryFolder();
  if (text !== undefined) await writeFile(folder.at('journal.jsonl'), text);
  expect(await inspectJournal(folder.at('journal.jsonl'), now)).toBeUndefined();
});

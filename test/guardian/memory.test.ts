import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FarmLab } from './a-farm.ts';

it('refuses a state folder that another guardian uses, and loses nothing of its', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(20_000);
  const journal = () => readFile(join(lab.folder, 'state', 'journal.jsonl'), 'utf8');
  const before = await journal();
  await expect(lab.start()).rejects.toThrow(
    /^state folder \S+\/state cannot be used: another guardian uses it; choose another with stateDir$/,
  );
  expect(await journal()).toBe(before);
  await guardian.stop();
  await using next = await lab.start();
  expect(next.status().farms[0]?.backends.map(({ health }) => health)).toEqual(['up', 'up']);
});

it('sets a foreign journal aside, says so, and goes on with the snapshot', async () => {
  await using lab = await FarmLab.open();
  lab.answers.set('b1', 'CRITICAL');
  {
    await using _guardian = await lab.start();
    await lab.clock.advance(20_000);
  }
  await writeFile(join(lab.folder, 'state', 'journal.jsonl'), 'somebody was here\n');
  await using guardian = await lab.start();
  expect(guardian.status().farms[0]?.backends.map(({ health }) => health)).toEqual(['down', 'up']);
});

it('writes an entry a second while results come, however many, and one for each change', async () => {
  await using lab = await FarmLab.open();
  {
    await using _guardian = await lab.start();
    await lab.clock.advance(300_000);
  }
  const entries = (await readFile(join(lab.folder, 'state', 'journal.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ofType = (type: string) => entries.filter((entry) => entry.type === type);
  expect(ofType('result')).toHaveLength(2);
  expect(ofType('results').map(({ count }) => count)).toEqual([30, 30]);
  expect(ofType('alive').reduce((sum, { results }) => sum + results, 0)).toBeGreaterThanOrEqual(58);
  expect(entries[0]).toMatchObject({ type: 'start', farms: { ftp: { rise: 2, fall: 3, intervalMs: 10_000 } } });
  expect(entries.at(-1)).toMatchObject({ type: 'stop' });
});

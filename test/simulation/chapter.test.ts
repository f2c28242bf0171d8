import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal-entry.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { readRecord } from '../../src/simulation/read-record.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { FarmLab } from '../guardian/a-farm.ts';

/** A file of a journal that is nearly full. */
const nearlyFull = (): string => {
  const line = JSON.stringify({ sequence: 1, at: '2026-01-01T00:00:00.000Z', type: 'alive', results: 1, more: '' });
  return `${line.replace('""', `"${'x'.repeat(8 * 1024 * 1024 - 12_000 - line.length)}"`)}\n`;
};

it('goes on from how everything stood when the oldest file that is left began', async () => {
  await using lab = await FarmLab.open();
  const state = join(lab.folder, 'state');
  await mkdir(state);
  await writeFile(join(state, 'journal.jsonl'), nearlyFull());
  const backends = ['b1', 'b2', 'b3', 'b4'].map((id) => ({ id, host: id, port: 21 }));
  const config = lab.config({ backends, guard: { minUp: { count: 2 }, whenAllFail: 'hold' } });
  {
    await using guardian = await lab.start(config);
    // Before the file is full one is down, one is held, one is drained, and one simply is well.
    lab.answers.set('b1', 'CRITICAL');
    lab.answers.set('b2', 'CRITICAL');
    const order = { state: 'drain', author: 'alice', reason: 'a test', until: null } as const;
    await lab.clock.advance(30_000);
    guardian.order({ farm: 'ftp', backend: 'b3' }, order);
    for (let i = 0; i < 40; i++) {
      lab.answers.set('b4', i % 2 === 0 ? 'CRITICAL' : 'OK');
      await lab.clock.advance(30_000);
    }
    for (const { id } of backends) lab.answers.set(id, 'OK');
    await lab.clock.advance(30_000);
    guardian.order({ farm: 'ftp', backend: 'b3' }, { ...order, state: 'ready' });
    await lab.clock.advance(30_000);
  }
  const segments = (await readdir(state)).filter((name) => /^journal-\d+\.jsonl$/.test(name));
  expect(segments.length).toBeGreaterThan(0);
  for (const name of segments) await rm(join(state, name));
  const entries: JournalEntry[] = [];
  for await (const entry of readJournal(join(state, 'journal.jsonl'))) entries.push(entry);
  expect(entries.filter(({ type }) => type === 'chapter' || type === 'start').map(({ type }) => type)).toEqual([
    'chapter',
  ]);

  const record = await readRecord(readJournal(join(state, 'journal.jsonl')));
  const [same] = simulate(record, (recorded) => recorded);
  expect(same?.was.turns.length).toBeGreaterThan(0);
  expect(same?.would).toEqual(same?.was);
  // And looking itself.
  const [looking] = simulate(record, (recorded) => ({ ...recorded, flapping: { high: 100, low: 100 } }));
  expect(looking?.would.turns).toEqual(looking?.was.turns);
});

it('tells checks apart that come one close upon the other', async () => {
  await using lab = await FarmLab.open();
  const rhythm = { intervalMs: 200, fastIntervalMs: 120, downIntervalMs: 120, timeoutMs: 20 };
  const backends = Array.from({ length: 10 }, (_, i) => ({ id: `b${i}`, host: `b${i}`, port: 21 }));
  {
    await using _guardian = await lab.start(lab.config({ backends, rhythm, policy: { rise: 2, fall: 2 } }));
    await lab.clock.advance(1_000);
    for (const { id } of backends) lab.answers.set(id, 'CRITICAL');
    await lab.clock.advance(1_000);
    for (const { id } of backends) lab.answers.set(id, 'OK');
    await lab.clock.advance(1_000);
  }
  const record = await readRecord(readJournal(join(lab.folder, 'state', 'journal.jsonl')));
  const [same] = simulate(record, (recorded) => recorded);
  expect(same?.was.turns.map(({ to }) => to).toSorted()).toEqual([...Array(10).fill('down'), ...Array(20).fill('up')]);
  expect(same?.would).toEqual(same?.was);
});

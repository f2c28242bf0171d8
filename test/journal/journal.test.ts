import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { steadyHistory } from '../../src/health/flapping.ts';
import type { BackendRecord } from '../../src/journal/backend-record.ts';
import { Journal } from '../../src/journal/journal.ts';
import { parseEntry } from '../../src/journal/journal-entry.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { recover } from '../../src/journal/recover.ts';
import { readSnapshot, type Snapshot, writeSnapshot } from '../../src/journal/snapshot.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { itInFolder as it, temporaryFolder } from '../temporary-folder.ts';

const context = () => ({ clock: new ManualClock(), log: silentLogger });

const entriesOf = async (file: string, after = 0) => {
  const entries = [];
  for await (const entry of readJournal(file, after)) entries.push(entry);
  return entries;
};

it('keeps what is appended, in order and numbered, over restarts', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  {
    using journal = Journal.open(file, 0, context());
    journal.append({ type: 'start' });
    journal.append({ type: 'stop' });
  }
  {
    using journal = Journal.open(file, 2, context());
    expect(journal.append({ type: 'start' })).toEqual({ type: 'start', sequence: 3, at: '2026-01-01T00:00:00.000Z' });
  }
  expect((await entriesOf(file)).map(({ sequence, type }) => `${sequence} ${type}`)).toEqual([
    '1 start',
    '2 stop',
    '3 start',
  ]);
  expect((await entriesOf(file, 2)).map(({ sequence }) => sequence)).toEqual([3]);
});

it('passes over a line that a crash cut off, and whatever else is no entry', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  await writeFile(
    file,
    '{"sequence":1,"at":"2026-01-01T00:00:00.000Z","type":"start"}\n\u0000\u0001garbage\nnull\n[]\n{"sequence":"2"}\n{"sequence":2,"at":',
  );
  {
    using journal = Journal.open(file, 1, context());
    journal.append({ type: 'start' });
  }
  expect((await entriesOf(file)).map(({ sequence }) => sequence)).toEqual([1, 2]);
});

const at = '2026-01-01T00:00:00.000Z';
const about = { sequence: 1, at, farm: 'ftp', backend: 'b1' };
const turned = { ...about, type: 'turned', to: 'down', code: 'refused', summary: '', definition: 'd' };
const anOrder = { ...about, type: 'admin', definition: 'd', author: 'ann', reason: '', state: 'drain', until: null };
const desired = { ...about, type: 'desired', vip: '', host: 'h', port: 21, code: '', summary: '', previous: 'up' };

it.each<[string, object, object]>([
  ['health', { ...turned, health: { state: 'down', since: 5 } }, { ...turned, health: { state: 'dowm', since: 5 } }],
  ['since', { ...turned, health: { state: 'up', since: 5 } }, { ...turned, health: { state: 'up', since: '5' } }],
  [
    'count',
    { ...turned, health: { state: 'falling', since: 5, failures: 1 } },
    { ...turned, health: { state: 'falling', since: 5 } },
  ],
  ['belief', { ...turned, health: { state: 'starting' } }, { ...turned, to: 'dowm', health: { state: 'starting' } }],
  ['order', anOrder, { ...anOrder, state: 'dra1n' }],
  ['end of an order', { ...anOrder, until: 5 }, { ...anOrder, until: 9e18 }],
  ['desired state', { ...desired, state: 'down' }, { ...desired, state: 'dowm' }],
  ['time', { sequence: 1, at, type: 'start' }, { sequence: 1, at: '2026-91-01', type: 'start' }],
])('takes an entry, but not one whose %s is damaged', (_, whole, damaged) => {
  expect(parseEntry(JSON.stringify(whole))).toEqual(whole);
  expect(parseEntry(JSON.stringify(damaged))).toBeUndefined();
});

it('has no entries when there is no file', async ({ folder }) => {
  expect(await entriesOf(join(folder, 'none'))).toEqual([]);
});

it('says in one line why a journal cannot be written', ({ folder }) => {
  expect(() => Journal.open(join(folder, 'no', 'journal.jsonl'), 0, context())).toThrow(
    `cannot write the journal ${folder}/no/journal.jsonl: ENOENT`,
  );
});

it('goes on in memory when the disk is full, and says so once', () => {
  const said: string[] = [];
  const log = { ...silentLogger, error: (_: unknown, message: string) => said.push(message) };
  using journal = Journal.open('/dev/full', 0, { clock: new ManualClock(), log });
  expect([journal.append({ type: 'start' }), journal.append({ type: 'stop' })].map((e) => e.sequence)).toEqual([1, 2]);
  expect(journal.fault).toBe('ENOSPC');
  expect(said).toEqual(['journal cannot be written: going on in memory']);
});

const snapshot: Snapshot = {
  at: Date.UTC(2026, 0, 1),
  sequence: 7,
  records: {
    'ftp/b1': {
      definition: 'd1',
      health: { state: 'falling', since: 5, failures: 2 },
      flap: steadyHistory,
      admin: null,
      reason: { code: 'ok', summary: 'fine' },
      desired: null,
      delivered: { exec: 3 },
      told: { exec: ['up'] },
    },
  },
};

it('reads the snapshot it wrote', async ({ folder }) => {
  const file = join(folder, 'snapshot.json');
  expect(await readSnapshot(file, 0)).toEqual({ snapshot: undefined });
  await writeSnapshot(file, snapshot, Object.entries(snapshot.records));
  await writeSnapshot(file, { ...snapshot, sequence: 8 }, Object.entries(snapshot.records));
  expect(await readSnapshot(file, 0)).toEqual({ snapshot: { ...snapshot, sequence: 8 } });
});

it.each([0, 1, 99, 100, 101, 250])('writes %i records in slices as they are in one', async (count) => {
  await using folder = await temporaryFolder();
  const file = folder.at('snapshot.json');
  const records = Array.from({ length: count }, (_, n) => [`ftp/b${n}`, snapshot.records['ftp/b1']] as const);
  await writeSnapshot(file, snapshot, records as [string, BackendRecord][]);
  const { at, sequence } = snapshot;
  const body = JSON.stringify({ at, sequence, records: Object.fromEntries(records) });
  expect((await readFile(file, 'utf8')).split('\n').slice(1)).toEqual([body, '']);
  expect(await readSnapshot(file, 0)).toEqual({ snapshot: JSON.parse(body) });
});

it('lets others in between the slices of a snapshot', async () => {
  await using folder = await temporaryFolder();
  const records = Array.from({ length: 1_000 }, (_, n) => [`ftp/b${n}`, snapshot.records['ftp/b1']] as const);
  let turns = 0;
  let writing = true;
  const count = () => {
    turns++;
    if (writing) setImmediate(count);
  };
  setImmediate(count);
  await writeSnapshot(folder.at('snapshot.json'), snapshot, records as [string, BackendRecord][]);
  writing = false;
  expect(turns).toBeGreaterThan(10);
});

it.each([
  ['cut off', (text: string) => text.slice(0, -20), 'its checksum is wrong'],
  ['with a flipped byte', (text: string) => text.replace('falling', 'fallinG'), 'its checksum is wrong'],
  ['empty', () => '', 'it is no snapshot of Farm Guardian'],
  ['foreign', () => '{"version":1}', 'it is no snapshot of Farm Guardian'],
  ['of a later version', (text: string) => text.replace('snapshot 1', 'snapshot 2'), 'it is of another version'],
])('sets a snapshot aside that is %s, and loses nothing of it', async (_name, damage, why) => {
  await using folder = await temporaryFolder();
  const file = folder.at('snapshot.json');
  await writeSnapshot(file, snapshot, Object.entries(snapshot.records));
  const damaged = damage(await readFile(file, 'utf8'));
  await writeFile(file, damaged);
  const found = await readSnapshot(file, Date.UTC(2026, 0, 2));
  const setAside = `${file}.corrupt-2026-01-02T000000.000Z`;
  expect(found).toEqual({ snapshot: undefined, setAside, why });
  expect(await readFile(setAside, 'utf8')).toBe(damaged);
});

it('brings a snapshot up to date with the journal', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  const about = { farm: 'ftp', backend: 'b1' };
  const change = {
    vip: '',
    host: 'h',
    port: 21,
    state: 'down',
    previous: 'up',
    code: 'refused',
    summary: 'no',
  } as const;
  const order = { state: 'maintenance', author: 'ann', reason: 'disk', until: 5 } as const;
  const since = Date.UTC(2026, 0, 1) + 1_000;
  {
    const clock = new ManualClock();
    using journal = Journal.open(file, 7, { clock, log: silentLogger });
    await clock.advance(1_000);
    const health = { state: 'down', since } as const;
    journal.append({ type: 'turned', ...about, to: 'down', code: 'refused', summary: 'no', definition: 'd1', health });
    journal.append({ type: 'desired', ...about, ...change });
    const delivery = { type: 'delivery', ...about, state: 'down', of: 9, attempt: 1, durationMs: 1 } as const;
    journal.append({ ...delivery, hook: 'exec', by: 'h1', outcome: 'delivered' });
    journal.append({ ...delivery, hook: 'exec-2', outcome: 'failed', error: 'busy' });
    journal.append({ type: 'admin', farm: 'new', backend: 'n1', definition: 'd1', ...order });
    const turned = { type: 'turned', farm: 'new', backend: 'n1', to: 'up', code: 'ok', summary: '' } as const;
    journal.append({ ...turned, definition: 'd2', health: { state: 'up', since } });
    journal.append({ type: 'counted', farm: 'new', backend: 'n1', health: { state: 'falling', since, failures: 1 } });
    journal.append({ type: 'counted', farm: 'unknown', backend: 'n2', health: { state: 'up', since } });
    for (const state of ['drain', 'ready'] as const)
      journal.append({ type: 'admin', ...about, definition: 'd1', ...order, state });
  }
  await appendFile(file, 'cut o');
  const { records, sequence, seenAt } = await recover(snapshot, readJournal(file, snapshot.sequence));
  expect({ sequence, seenAt }).toEqual({ sequence: 17, seenAt: since });
  expect(records.get('ftp/b1')).toEqual({
    definition: 'd1',
    health: { state: 'down', since, resumed: true },
    flap: steadyHistory,
    admin: null,
    reason: { code: 'refused', summary: 'no' },
    desired: { ...about, ...change, sequence: 9, at: '2026-01-01T00:00:01.000Z' },
    delivered: { exec: 9 },
    deliveredBy: { exec: 'h1' },
    told: { exec: ['down'], 'exec-2': ['down'] },
  });
  expect(records.get('new/n1')).toMatchObject({
    definition: 'd2',
    health: { state: 'falling', failures: 1 },
    admin: order,
    desired: null,
  });
});

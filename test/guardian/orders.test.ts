import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AdminState } from '../../src/health/admin-order.ts';
import { FarmLab } from './a-farm.ts';

const b1 = { farm: 'ftp', backend: 'b1' };

const by = (state: AdminState, until: number | null = null) => ({ state, author: 'ann', reason: 'new disk', until });

it.each<[AdminState, string]>([
  ['drain', 'ftp/b1 drain'],
  ['maintenance', 'ftp/b1 down'],
  ['forced-down', 'ftp/b1 down'],
])('obeys %s at once, and ready again', async (state, told) => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(10_000);
  guardian.order(b1, by(state));
  await lab.clock.advance(0);
  expect(lab.told.slice(2)).toEqual([told]);
  expect(guardian.status().farms[0]?.backends[0]).toMatchObject({
    health: 'up',
    admin: { state, author: 'ann', reason: 'new disk', until: null },
  });
  guardian.order(b1, by('ready'));
  await lab.clock.advance(0);
  expect(lab.told.slice(3)).toEqual(['ftp/b1 up']);
  expect(guardian.status().farms[0]?.backends[0]?.admin).toBeNull();
});

it('keeps checking and counting under an order, and believes what it saw once the order is taken back', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(10_000);
  guardian.order(b1, by('forced-up'));
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(guardian.status().farms[0]?.backends[0]).toMatchObject({ health: 'down', desired: 'up' });
  expect(lab.told).toHaveLength(2);
  guardian.order(b1, by('ready'));
  await lab.clock.advance(0);
  expect(lab.told.slice(2)).toEqual(['ftp/b1 down']);
});

it('takes a drained backend down when it dies, and drains it again when it lives', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(10_000);
  guardian.order(b1, by('drain'));
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  lab.answers.set('b1', 'OK');
  await lab.clock.advance(60_000);
  expect(lab.told.slice(2)).toEqual(['ftp/b1 drain', 'ftp/b1 down', 'ftp/b1 drain']);
});

it('ends an order by itself, and tells who ordered what in the journal', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(10_000);
  guardian.order(b1, by('maintenance', lab.clock.wallTime() + 3_600_000));
  await lab.clock.advance(3_599_000);
  expect(lab.told.slice(2)).toEqual(['ftp/b1 down']);
  await lab.clock.advance(1_000);
  expect(lab.told.slice(3)).toEqual(['ftp/b1 up']);
  const journal = await readFile(join(lab.folder, 'state/journal.jsonl'), 'utf8');
  const admin = journal.split('\n').filter((line) => line.includes('"admin"'));
  expect(admin.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'admin', ...b1, state: 'maintenance', author: 'ann', reason: 'new disk' },
    { type: 'desired', code: 'admin', summary: 'maintenance ordered by ann: new disk' },
    { type: 'admin', ...b1, state: 'ready', author: 'farm-guardian', reason: 'maintenance of ann has come to its end' },
  ]);
});

it('knows an order after a restart, after one that took too long, and of a backend that is checked otherwise', async () => {
  await using lab = await FarmLab.open();
  {
    await using guardian = await lab.start();
    await lab.clock.advance(10_000);
    guardian.order(b1, by('maintenance', lab.clock.wallTime() + 10 * 3_600_000));
  }
  const stateOf = async (config = lab.config()) => {
    await using guardian = await lab.start(config);
    const { admin, desired, health } = guardian.status().farms[0]?.backends[0] ?? {};
    return [admin?.state, desired, health];
  };
  expect(await stateOf()).toEqual(['maintenance', 'down', 'up']);
  expect(await stateOf(lab.config({ backends: [{ id: 'b1', host: 'b1', port: 22 }] }))).toEqual([
    'maintenance',
    'down',
    'starting',
  ]);
  await lab.clock.advance(2 * 3_600_000);
  expect(await stateOf()).toEqual(['maintenance', 'down', 'starting']);
  await lab.clock.advance(9 * 3_600_000);
  expect(await stateOf()).toEqual([undefined, null, 'starting']);
});

it('makes one clean line of what an operator wrote', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  guardian.order(b1, { ...by('drain'), author: 'ann\u001b[31m', reason: 'line\nbreak | pipe' });
  expect(guardian.status().farms[0]?.backends[0]?.admin).toMatchObject({
    author: 'ann [31m',
    reason: 'line break pipe',
  });
});

it.each([
  [{ farm: 'fpt', backend: 'b1' }, 'no farm "fpt"; did you mean "ftp"?'],
  [{ farm: 'ftp', backend: 'b9' }, 'no backend in farm ftp "b9"; there are: b1, b2'],
])('knows no %j', async (backend, message) => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  expect(() => guardian.order(backend, by('drain'))).toThrow(message);
});

it('leaves the last healthy backends in when an operator takes others out', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start(lab.config({ guard: { minUp: { count: 1 }, whenAllFail: 'hold' } }));
  await lab.clock.advance(10_000);
  guardian.order(b1, by('maintenance'));
  lab.answers.set('b2', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(lab.told.slice(2)).toEqual(['ftp/b1 down']);
  expect(guardian.status().farms[0]?.guard).toEqual({
    minUp: 1,
    whenAllFail: 'hold',
    inRotation: 1,
    held: ['b2'],
  });
});

it('decides and journals in a dry run, but tells no hook', async () => {
  await using lab = await FarmLab.open();
  {
    await using guardian = await lab.start(lab.config(), { dryRun: true });
    await lab.clock.advance(10_000);
    guardian.order(b1, by('maintenance'));
    await lab.clock.advance(0);
    expect(lab.told).toEqual([]);
    expect(guardian.status()).toMatchObject({ dryRun: true, farms: [{ backends: [{ desired: 'down' }, {}] }] });
  }
  expect(await readFile(join(lab.folder, 'state/journal.jsonl'), 'utf8')).toContain('"type":"desired"');
  await using _guardian = await lab.start();
  await lab.clock.advance(0);
  expect(lab.told.sort()).toEqual(['ftp/b1 down', 'ftp/b2 up']);
});

it.each([
  [{ ...by('drain'), state: 'down' }, 'malformed order: state: '],
  [{ ...by('drain'), until: Number.NaN }, 'malformed order: until: '],
  [{ state: 'drain', reason: '', until: null }, 'malformed order: author: '],
  ['drain', 'malformed order: Invalid type'],
])('takes no order such as %j', async (order, complaint) => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(20_000);
  expect(() => guardian.order(b1, order as never)).toThrow(complaint);
  expect(() => guardian.order({ farm: 'ftp', backend: 'b9' }, by('drain'))).toThrow('no backend in farm ftp "b9"');
  expect(guardian.status().farms[0]?.backends[0]).toMatchObject({ admin: null, desired: 'up' });
});

import { copyFileSync, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FarmLab } from './a-farm.ts';

it('signals the first evidence, then every turn, once each', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(10_000);
  expect(lab.told.sort()).toEqual(['ftp/b1 up', 'ftp/b2 up']);
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(lab.told.slice(2)).toEqual(['ftp/b1 down']);
  lab.answers.set('b1', 'WARNING');
  await lab.clock.advance(60_000);
  expect(lab.told.slice(3)).toEqual(['ftp/b1 up']);
  expect(guardian.status().farms[0]?.backends).toMatchObject([
    { id: 'b1', health: 'up', desired: 'up', last: { status: 'WARNING' }, deliveries: [{ outcome: 'delivered' }] },
    { id: 'b2', health: 'up', desired: 'up', last: { status: 'OK' } },
  ]);
});

it('looks faster while it is in doubt: down comes fall fast intervals after the first failure', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(10_000);
  const failures: number[] = [];
  guardian.events.on('result', ({ backend, result }) => {
    if (backend === 'b1' && result.status === 'CRITICAL') failures.push(lab.clock.now());
  });
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(14_000);
  expect(failures.length).toBeGreaterThanOrEqual(3);
  expect((failures[2] ?? 0) - (failures[0] ?? 0)).toBeLessThanOrEqual(2_500);
  expect(lab.told).toContain('ftp/b1 down');
});

it('signals nothing without evidence, and is not moved by UNKNOWN', async () => {
  await using lab = await FarmLab.open();
  lab.answers.set('b1', 'UNKNOWN');
  await using guardian = await lab.start();
  await lab.clock.advance(60_000);
  expect(lab.told).toEqual(['ftp/b2 up']);
  expect(guardian.status().farms[0]?.backends[0]).toMatchObject({ health: 'starting', desired: null, deliveries: [] });
  lab.answers.set('b2', 'UNKNOWN');
  await lab.clock.advance(600_000);
  expect(lab.told).toEqual(['ftp/b2 up']);
});

it('counts a check that never answers as a failure at its deadline', async () => {
  await using lab = await FarmLab.open();
  lab.answers.set('b1', 'hang');
  await using guardian = await lab.start();
  await lab.clock.advance(13_000);
  expect(lab.told.sort()).toEqual(['ftp/b1 down', 'ftp/b2 up']);
  expect(guardian.status().farms[0]?.backends[0]?.last).toMatchObject({ code: 'timeout', durationMs: 2_000 });
});

it('stops without a word to the hooks, in the middle of checks', async () => {
  await using lab = await FarmLab.open();
  const guardian = await lab.start();
  await lab.clock.advance(10_000);
  lab.answers.set('b1', 'hang').set('b2', 'hang');
  guardian.recheck();
  await guardian.stop();
  await guardian.done;
  expect(lab.told).toHaveLength(2);
  expect(lab.clock.timers).toBe(0);
});

it('goes on after a restart: a dead backend is not re-admitted, a live one not signalled again', async () => {
  await using lab = await FarmLab.open();
  lab.answers.set('b1', 'CRITICAL');
  await (await runFor(lab, 20_000)).stop();
  expect(lab.told.sort()).toEqual(['ftp/b1 down', 'ftp/b2 up']);
  lab.answers.set('b1', 'OK');
  await using guardian = await lab.start();
  expect(guardian.status().farms[0]?.backends.map(({ health }) => health)).toEqual(['down', 'up']);
  await lab.clock.advance(60_000);
  expect(lab.told.slice(2)).toEqual(['ftp/b1 up']);
});

it('knows every decision after being killed at any moment, from the snapshot and the journal', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  const decisions = (of: typeof guardian) =>
    of.status().farms[0]?.backends.map(({ health, desired }) => [/up|falling/.test(health), desired]);
  for (let round = 0; round < 20; round++) {
    lab.answers.set('b1', round % 10 < 5 ? 'CRITICAL' : 'OK');
    await lab.clock.advance(2_500);
    // What a SIGKILL leaves behind is what is on disk at this instant.
    await using after = await FarmLab.open(lab.clock);
    await mkdir(join(after.folder, 'state'));
    for (const file of ['snapshot.json', 'journal.jsonl'])
      copyIfThere(join(lab.folder, 'state', file), join(after.folder, 'state', file));
    await using revived = await after.start();
    expect(decisions(revived)).toEqual(decisions(guardian));
  }
  expect(lab.told.filter((line) => line.startsWith('ftp/b1')).length).toBeGreaterThanOrEqual(4);
});

const copyIfThere = (from: string, to: string): void => {
  if (existsSync(from)) copyFileSync(from, to);
};

it('delivers after a restart what was pending when it ended', async () => {
  await using lab = await FarmLab.open();
  lab.hookFails = true;
  await (await runFor(lab, 20_000)).stop();
  lab.hookFails = false;
  await using guardian = await lab.start();
  await lab.clock.advance(1);
  expect(lab.told.sort()).toEqual(['ftp/b1 up', 'ftp/b2 up']);
  expect(guardian.status().farms[0]?.backends[0]?.deliveries).toMatchObject([
    { hook: 'telling', outcome: 'delivered' },
  ]);
});

it('shows why a delivery is pending', async () => {
  await using lab = await FarmLab.open();
  lab.hookFails = true;
  await using guardian = await lab.start();
  await lab.clock.advance(20_000);
  expect(guardian.status().farms[0]?.backends[0]?.deliveries).toMatchObject([
    { hook: 'telling', outcome: 'failing', error: 'balancer is away' },
  ]);
});

it('does not believe what is too old, nor what it knew of another server', async () => {
  await using lab = await FarmLab.open();
  lab.answers.set('b1', 'CRITICAL');
  await (await runFor(lab, 20_000)).stop();
  lab.answers.set('b1', 'OK');

  const moved = lab.config({ backends: [{ id: 'b1', host: 'b1', port: 2121 }] });
  await using elsewhere = await lab.start(moved);
  expect(elsewhere.status().farms[0]?.backends[0]?.health).toBe('starting');
  await elsewhere.stop();

  await lab.clock.advance(3_700_000);
  await using late = await lab.start();
  expect(late.status().farms[0]?.backends.map(({ health }) => health)).toEqual(['starting', 'starting']);
});

it('sets a corrupt snapshot aside and starts clean', async () => {
  await using lab = await FarmLab.open();
  const state = join(lab.folder, 'state');
  await mkdir(state);
  await writeFile(join(state, 'snapshot.json'), 'farm-guardian snapshot 1 0000\n{"half":');
  await using guardian = await lab.start();
  await lab.clock.advance(10_000);
  expect(lab.told).toHaveLength(2);
  const files = await readdir(state);
  const aside = files.find((name) => name.startsWith('snapshot.json.corrupt-')) ?? '';
  expect(await readFile(join(state, aside), 'utf8')).toContain('{"half":');
  expect(guardian.status().journalFault).toBeNull();
});

it('holds what the guard holds, shows it, and lets go when another backend is back', async () => {
  await using lab = await FarmLab.open();
  const config = lab.config({ guard: { minUp: { count: 1 }, whenAllFail: 'hold' } });
  await using guardian = await lab.start(config);
  await lab.clock.advance(10_000);
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  lab.answers.set('b2', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(lab.told.slice(2)).toEqual(['ftp/b1 down']);
  expect(guardian.status().farms[0]?.backends).toMatchObject([
    { held: false },
    { health: 'down', desired: 'up', held: true },
  ]);
  lab.answers.set('b1', 'OK');
  await lab.clock.advance(60_000);
  expect(lab.told.slice(3).sort()).toEqual(['ftp/b1 up', 'ftp/b2 down']);
});

it('tells those who listen', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  const heard: string[] = [];
  guardian.events.on('turned', ({ farm, backend, to }) => heard.push(`turned ${farm}/${backend} ${to}`));
  guardian.events.on('desired', ({ backend, state, previous }) =>
    heard.push(`desired ${backend} ${previous} ${state}`),
  );
  guardian.events.on('delivery', ({ hook, change, error }) => heard.push(`${hook} ${change.state} ${error ?? 'ok'}`));
  guardian.recheck({ farm: 'ftp', backend: 'b1' });
  await lab.clock.advance(0);
  expect(heard).toEqual(['turned ftp/b1 up', 'desired b1 null up', 'telling up ok']);
});

it.each([
  [
    'a file in its place',
    async (folder: string) => void (await writeFile(join(folder, 'state'), '')),
    /EEXIST|ENOTDIR/,
  ],
])('refuses to start when the state folder cannot be used: %s', async (_name, spoil, why) => {
  await using lab = await FarmLab.open();
  await spoil(lab.folder);
  await expect(lab.start()).rejects.toThrow(why);
});

it('ends with an error when a listener breaks it, rather than going on with wrong beliefs', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  guardian.events.on('result', () => {
    throw new Error('listener is broken');
  });
  await lab.clock.advance(10_000);
  await expect(guardian.done).rejects.toThrow('listener is broken');
});

const runFor = async (lab: FarmLab, ms: number) => {
  const guardian = await lab.start();
  await lab.clock.advance(ms);
  return guardian;
};

it('tells as much of its status as it is asked for', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  expect(guardian.summary().ready).toBe(false);
  await lab.clock.advance(10_000);
  const { farms, ...summary } = guardian.status();
  expect(guardian.summary()).toEqual({ ...summary, ready: true });
  expect([...guardian.farms()]).toEqual(farms);
  expect(guardian.farm('ftp')).toEqual(farms[0]);
  expect(guardian.backend({ farm: 'ftp', backend: 'b2' })).toEqual(farms[0]?.backends[1]);
  expect(guardian.farm('nope')).toBeUndefined();
  expect(guardian.backend({ farm: 'nope', backend: 'b2' })).toBeUndefined();
  expect(guardian.backend({ farm: 'ftp', backend: 'nope' })).toBeUndefined();
});

import { expect, it } from 'vitest';
import type { Config, FarmConfig } from '../../src/config/config.ts';
import type { AnyHookType } from '../../src/hook/hook.ts';
import { FarmLab } from './a-farm.ts';

const backend = (id: string, port = 21) => ({ id, host: id, port });

type Parts = Partial<FarmConfig<AnyHookType>>;

/** The same farm with another id: the very same checks. */
const twice = (config: Config<AnyHookType>, parts: Parts = {}): Config<AnyHookType> => ({
  ...config,
  farms: [...config.farms, ...config.farms.map((farm) => ({ ...farm, id: 'twin', ...parts }))],
});

it('keeps counters of what stays the same, starts afresh what changed, adds and drops', async () => {
  await using lab = await FarmLab.open();
  const config = lab.config({ backends: [backend('b1'), backend('b2'), backend('b3')] });
  await using guardian = await lab.start(config);
  await lab.clock.advance(10_000);
  lab.answers.set('b1', 'CRITICAL');
  const falling = new Promise((resolve) => guardian.events.once('result', resolve));
  guardian.recheck({ farm: 'ftp', backend: 'b1' });
  await falling;
  const report = await guardian.reload(lab.config({ backends: [backend('b1'), backend('b2', 2121), backend('b4')] }));
  expect(report).toEqual({ kept: ['ftp/b1'], changed: ['ftp/b2'], added: ['ftp/b4'], removed: ['ftp/b3'] });
  expect(guardian.status().farms[0]?.backends).toMatchObject([
    { id: 'b1', health: 'falling', count: 1, last: { status: 'CRITICAL' } },
    { id: 'b2', port: 2121, health: 'starting', last: null },
    { id: 'b4', health: 'starting' },
  ]);
  lab.told.length = 0;
  lab.answers.set('b3', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(lab.told.sort()).toEqual(['ftp/b1 down', 'ftp/b2 up', 'ftp/b4 up']);
});

it('tells the hooks of a farm that is new, as those of one that came back', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(20_000);
  await guardian.reload(twice(lab.config()));
  lab.told.length = 0;
  await lab.clock.advance(20_000);
  expect(lab.told.sort()).toEqual(['twin/b1 up', 'twin/b2 up']);
  await guardian.reload(lab.config());
  await guardian.reload(twice(lab.config()));
  lab.answers.set('b1', 'CRITICAL');
  lab.told.length = 0;
  await lab.clock.advance(60_000);
  expect(lab.told.sort()).toEqual(['ftp/b1 down', 'twin/b1 down', 'twin/b2 up']);
});

it('keeps the grid of a check that stays the same', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  const looks: number[] = [];
  guardian.events.on('result', ({ backend }) => {
    if (backend === 'b1') looks.push(Math.round(lab.clock.now()));
  });
  for (let i = 0; i < 10; i++) {
    await lab.clock.advance(7_300);
    await guardian.reload(lab.config({ backends: [backend('b1'), backend(`b${i}x`)] }));
  }
  expect(new Set(looks.slice(1).map((at, i) => at - (looks[i] ?? 0)))).toEqual(new Set([10_000]));
});

it('goes on delivering what is pending, but nothing of what was removed', async () => {
  await using lab = await FarmLab.open();
  lab.hookFails = true;
  await using guardian = await lab.start();
  await lab.clock.advance(12_000);
  await guardian.reload(lab.config({ backends: [backend('b2')] }));
  lab.hookFails = false;
  await lab.clock.advance(60_000);
  expect(lab.told).toEqual(['ftp/b2 up']);
});

it('tells hooks that changed all that is desired', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start(lab.config({ hooks: [] }));
  await lab.clock.advance(10_000);
  await guardian.reload(lab.config());
  await lab.clock.advance(0);
  expect(lab.told.sort()).toEqual(['ftp/b1 up', 'ftp/b2 up']);
});

it.each(['a reload', 'a restart'])('over %s tells a hook in the place of another, and no other hook', async (which) => {
  await using lab = await FarmLab.open();
  const [hook] = lab.config().farms[0]?.hooks ?? [];
  if (!hook) throw new Error('no hook');
  const at = (...balancers: readonly string[]) =>
    lab.config({ hooks: balancers.map((balancer) => ({ ...hook, options: { balancer } })) });
  const before = await lab.start(at('left', 'right'));
  await lab.clock.advance(20_000);
  lab.told.length = 0;
  if (which === 'a restart') await before.stop();
  await using after = which === 'a restart' ? await lab.start(at('left', 'new')) : before;
  if (which === 'a reload') await after.reload(at('left', 'new'));
  await lab.clock.advance(20_000);
  expect(lab.told.sort()).toEqual(['ftp/b1 up', 'ftp/b2 up']);
  await after.stop();
  lab.told.length = 0;
  await using _again = await lab.start(at('left', 'new'));
  await lab.clock.advance(20_000);
  expect(lab.told).toEqual([]);
});

it('applies another guard, rhythm and count without forgetting anything', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  await lab.clock.advance(10_000);
  lab.answers.set('b1', 'CRITICAL').set('b2', 'CRITICAL');
  await lab.clock.advance(60_000);
  const rhythm = { intervalMs: 2_000, fastIntervalMs: 1_000, downIntervalMs: 2_000, timeoutMs: 1_000 };
  await guardian.reload(lab.config({ rhythm, policy: { rise: 1, fall: 1 } }));
  expect(guardian.status().farms[0]?.backends.map(({ health }) => health)).toEqual(['down', 'down']);
  lab.answers.set('b1', 'OK');
  await lab.clock.advance(2_000);
  expect(lab.told.at(-1)).toBe('ftp/b1 up');
});

it('adds and removes whole farms, and gives one result to every farm that checks the same', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start(twice(lab.config()));
  const results: string[] = [];
  guardian.events.on('result', ({ farm, backend }) => results.push(`${farm}/${backend}`));
  await lab.clock.advance(10_000);
  expect(results.sort()).toEqual(['ftp/b1', 'ftp/b2', 'twin/b1', 'twin/b2']);
  expect(guardian.status().schedule.started).toBe(2);
  await guardian.reload(lab.config({ id: 'twin' }));
  expect(guardian.status().farms.map(({ id }) => id)).toEqual(['twin']);
  results.length = 0;
  await lab.clock.advance(10_000);
  expect(results.sort()).toEqual(['twin/b1', 'twin/b2']);
  await guardian.reload(twice(lab.config()));
  expect(guardian.status().farms.map(({ id, backends }) => `${id} ${backends[0]?.health}`)).toEqual([
    'ftp starting',
    'twin up',
  ]);
});

it('looks as often as the most eager of the farms that share a check', async () => {
  await using lab = await FarmLab.open();
  const rhythm = { intervalMs: 1_000, fastIntervalMs: 1_000, downIntervalMs: 1_000, timeoutMs: 2_000 };
  await using guardian = await lab.start(twice(lab.config({ backends: [backend('b1')] }), { rhythm }));
  await lab.clock.advance(20_000);
  expect(guardian.status().schedule.started).toBe(20);
});

it('refuses what cannot work, and goes on as before', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  const hook = lab.config().farms[0]?.hooks[0];
  if (!hook) throw new Error('no hook');
  const broken = { ...hook, type: { ...hook.type, preflight: async () => 'no such program' } };
  await expect(guardian.reload(lab.config({ id: 'other', hooks: [broken] }))).rejects.toThrow('no such program');
  expect(guardian.status().farms.map(({ id }) => id)).toEqual(['ftp']);
  await guardian.stop();
  await expect(guardian.reload(lab.config())).rejects.toThrow('the guardian is stopping');
});

it('lets others in while it plans many farms, and is in force in one go', async () => {
  await using lab = await FarmLab.open();
  const many = (port: number) => {
    const config = lab.config();
    const [farm] = config.farms;
    if (!farm) throw new Error('no farm');
    const farms = Array.from({ length: 50 }, (_, n) => ({ ...farm, id: `f${n}`, backends: [backend(`b${n}`, port)] }));
    return { ...config, farms };
  };
  await using guardian = await lab.start(many(21));
  const seen: number[] = [];
  let reloading = true;
  const look = () => {
    const ports = guardian.status().farms.flatMap(({ backends }) => backends.map(({ port }) => port));
    seen.push(...new Set(ports));
    if (reloading) setImmediate(look);
  };
  setImmediate(look);
  await guardian.reload(many(2121));
  reloading = false;
  look();
  expect(seen.length).toBeGreaterThan(20);
  // Never two configs beside one another: all of the old one, then all of the new one.
  expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
  expect(seen.at(-1)).toBe(2121);
});

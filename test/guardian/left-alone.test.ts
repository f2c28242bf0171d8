import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { AnyHookType, ObservedState } from '../../src/hook/hook.ts';
import { FarmLab } from './a-farm.ts';

/** A balancer as its operator sees it: words by backend, `maint` for one that is out. */
const balancer = () => {
  const shown = new Map([
    ['b1', 'up'],
    ['b2', 'up'],
  ]);
  const away = { now: false };
  const seen = (word: string): ObservedState => ({ state: word === 'up' ? 'up' : 'down', word, manual: word !== 'up' });
  const type: AnyHookType = {
    name: 'readable',
    options: v.strictObject({}),
    preflight: async () => undefined,
    create: () => ({
      name: 'readable',
      observe: async () => new Map([...shown].map(([id, word]) => [id, seen(word)])),
      apply: async (changes) => {
        if (away.now) throw new Error('balancer is away');
        for (const { backend, state } of changes) shown.set(backend, state === 'up' ? 'up' : 'maint');
      },
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  return { shown, away, hook: { type, options: {}, line: 1 } };
};

it("leaves a backend to its balancer's operator over deaths, returns, restarts and reloads, and shows it", async () => {
  await using lab = await FarmLab.open();
  const { shown, hook } = balancer();
  const config = lab.config({ hooks: [hook], resyncMs: 5_000 });
  const before = await lab.start(config);
  await lab.clock.advance(20_000);
  shown.set('b1', 'maint');
  await lab.clock.advance(10_000);
  expect(before.status().farms[0]?.backends[0]?.deliveries).toEqual([
    { hook: 'readable', outcome: 'left-alone', attempts: 0, error: null, shows: 'maint' },
  ]);
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  await before.stop();

  await using after = await lab.start(config);
  lab.answers.set('b1', 'OK');
  await lab.clock.advance(60_000);
  await after.reload(lab.config({ hooks: [{ ...hook, options: { resync: 4_000 } }], resyncMs: 5_000 }));
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('maint');
  expect(after.status().farms[0]?.backends[0]).toMatchObject({
    desired: 'up',
    deliveries: [{ outcome: 'left-alone' }],
  });

  shown.set('b1', 'up');
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('maint');
  expect(after.status().farms[0]?.backends[0]?.deliveries).toMatchObject([{ outcome: 'delivered' }]);
});

it('knows its own orders over reloads of its hooks', async () => {
  await using lab = await FarmLab.open();
  const { shown, hook } = balancer();
  await using guardian = await lab.start(lab.config({ hooks: [hook], resyncMs: 5_000 }));
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('maint');
  await guardian.reload(lab.config({ hooks: [{ ...hook, options: { resync: 4_000 } }], resyncMs: 5_000 }));
  lab.answers.set('b1', 'OK');
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('up');
});

it.each(['reload', 'restart'])(
  'knows its own orders about a backend that was removed for a while, over a %s',
  async (which) => {
    await using lab = await FarmLab.open();
    const { shown, hook } = balancer();
    const config = lab.config({ hooks: [hook], resyncMs: 5_000 });
    const without = lab.config({ hooks: [hook], resyncMs: 5_000, backends: [{ id: 'b2', host: 'b2', port: 21 }] });
    const before = await lab.start(config);
    lab.answers.set('b1', 'CRITICAL');
    await lab.clock.advance(60_000);
    await before.reload(without);
    await lab.clock.advance(10_000);
    expect(shown.get('b1')).toBe('maint');
    lab.answers.set('b1', 'OK');
    if (which === 'restart') {
      await before.stop();
      // Once more without it: what is remembered outlives that as well.
      await (await lab.start(without)).stop();
    }
    await using after = which === 'restart' ? await lab.start(config) : before;
    if (which === 'reload') await after.reload(config);
    await lab.clock.advance(60_000);
    expect(shown.get('b1')).toBe('up');
    expect(after.status().farms[0]?.backends[0]).toMatchObject({
      desired: 'up',
      deliveries: [{ outcome: 'delivered' }],
    });
  },
);

/** A farm that is checked otherwise than before. */
const checkedOtherwise = (config: ReturnType<FarmLab['config']>) => ({
  ...config,
  farms: config.farms.map((farm) => ({ ...farm, check: { ...farm.check, options: { mended: true } } })),
});

const hour = 3_600_000;

it.each([
  ['the check is mended while it is stopped', 0, checkedOtherwise],
  [
    'it was stopped for longer than its snapshot is believed',
    2 * hour,
    (config: ReturnType<FarmLab['config']>) => config,
  ],
])('knows its own orders over a restart when %s', async (_, pauseMs, changed) => {
  await using lab = await FarmLab.open();
  const { shown, hook } = balancer();
  const config = lab.config({ hooks: [hook], resyncMs: 5_000 });
  const before = await lab.start(config);
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('maint');
  await before.stop();
  await lab.clock.advance(pauseMs);

  lab.answers.set('b1', 'OK');
  await using _after = await lab.start(changed(config));
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('up');
});

it('knows its own orders when a reload mends the address of a backend', async () => {
  await using lab = await FarmLab.open();
  const { shown, hook } = balancer();
  const config = lab.config({ hooks: [hook], resyncMs: 5_000 });
  await using guardian = await lab.start(config);
  lab.answers.set('b1', 'CRITICAL');
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('maint');
  const backends = [{ id: 'b1', host: 'b3', port: 21 }];
  await guardian.reload({ ...config, farms: config.farms.map((farm) => ({ ...farm, backends })) });
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('up');
});

it('knows its own orders over a restart, whatever was wanted of a balancer that was away meanwhile', async () => {
  await using lab = await FarmLab.open();
  const { shown, away, hook } = balancer();
  const config = lab.config({ hooks: [hook], resyncMs: 5_000 });
  const before = await lab.start(config);
  await lab.clock.advance(20_000);
  const order = { author: 'ann', reason: '', until: null };
  before.order({ farm: 'ftp', backend: 'b1' }, { ...order, state: 'forced-down' });
  await lab.clock.advance(10_000);
  expect(shown.get('b1')).toBe('maint');
  away.now = true;
  before.order({ farm: 'ftp', backend: 'b1' }, { ...order, state: 'drain' });
  await lab.clock.advance(10_000);
  before.order({ farm: 'ftp', backend: 'b1' }, { ...order, state: 'ready' });
  await lab.clock.advance(10_000);
  await before.stop();

  away.now = false;
  await using _after = await lab.start(config);
  await lab.clock.advance(60_000);
  expect(shown.get('b1')).toBe('up');
});

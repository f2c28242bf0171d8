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
  const seen = (word: string): ObservedState => ({ state: word === 'up' ? 'up' : 'down', word, manual: word !== 'up' });
  const type: AnyHookType = {
    name: 'readable',
    options: v.strictObject({}),
    preflight: async () => undefined,
    create: () => ({
      name: 'readable',
      observe: async () => new Map([...shown].map(([id, word]) => [id, seen(word)])),
      apply: async (changes) => {
        for (const { backend, state } of changes) shown.set(backend, state === 'up' ? 'up' : 'maint');
      },
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  return { shown, hook: { type, options: {}, line: 1 } };
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

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KnownOrders } from '../../../src/hook/haproxy/known-orders.ts';
import { parseServersState, type ServerOrder } from '../../../src/hook/haproxy/servers-state.ts';
import { fleetingKeepsake } from '../../../src/hook/keepsake.ts';

const orders = {
  ready: { state: 'up', word: 'ready' },
  maint: { state: 'down', word: 'MAINT' },
  config: { state: 'down', word: 'MAINT (config)' },
  drain: { state: 'drain', word: 'DRAIN' },
} as const satisfies Record<string, ServerOrder>;

type Word = keyof typeof orders;

/** Which servers an operator may have ordered what they show. */
const manual = async (known: KnownOrders, process: string, shown: Readonly<Record<string, Word>>) => {
  const servers = new Map(Object.entries(shown).map(([name, word]) => [name, orders[word]]));
  return [...(await known.judge(process, servers))].filter(([, seen]) => seen.manual).map(([name]) => name);
};

it("takes what is ordered in a process that is known for an operator's", async () => {
  const known = new KnownOrders();
  expect(await manual(known, 'a', { b1: 'ready', b2: 'maint', b3: 'drain' })).toEqual(['b2', 'b3']);
  expect(await manual(known, 'a', { b1: 'maint', b2: 'maint', b3: 'ready' })).toEqual(['b1', 'b2']);
});

it("takes what a new process brings along, and the one before did not show, for an old file's until it changes", async () => {
  const known = new KnownOrders();
  await manual(known, 'a', { b1: 'ready', b2: 'maint', b3: 'ready' });
  expect(await manual(known, 'b', { b1: 'maint', b2: 'maint', b3: 'config' })).toEqual(['b2', 'b3']);
  expect(await manual(known, 'b', { b1: 'maint', b2: 'maint', b3: 'config' })).toEqual(['b2', 'b3']);
  expect(await manual(known, 'b', { b1: 'ready', b2: 'maint', b3: 'config' })).toEqual(['b2', 'b3']);
  expect(await manual(known, 'b', { b1: 'maint', b2: 'maint', b3: 'config' })).toEqual(['b1', 'b2', 'b3']);
});

it('knows over its own restart what was shown, and by which process', async () => {
  const keepsake = fleetingKeepsake();
  await manual(new KnownOrders(keepsake), 'a', { b1: 'ready', b2: 'maint' });
  // Both were restarted: b1 was out once, long ago.
  expect(await manual(new KnownOrders(keepsake), 'b', { b1: 'maint', b2: 'maint' })).toEqual(['b2']);
  expect(await manual(new KnownOrders(keepsake), 'b', { b1: 'maint', b2: 'maint' })).toEqual(['b2']);
  expect(await manual(new KnownOrders(keepsake), 'b', { b1: 'ready', b2: 'maint' })).toEqual(['b2']);
  // An operator ordered this while we were away.
  expect(await manual(new KnownOrders(keepsake), 'b', { b1: 'drain', b2: 'maint' })).toEqual(['b1', 'b2']);
});

it.each([undefined, 7, { process: 1 }, { process: 'a' }, { process: 'a', words: null }])(
  'begins anew with a keepsake of %j',
  async (kept) => {
    const keepsake = fleetingKeepsake();
    await keepsake.write(kept);
    expect(await manual(new KnownOrders(keepsake), 'b', { b1: 'maint' })).toEqual(['b1']);
  },
);

it('goes on when nothing can be kept', async () => {
  const full = { read: async () => undefined, write: async () => Promise.reject(new Error('ENOSPC')) };
  const known = new KnownOrders(full);
  expect(await manual(known, 'a', { b1: 'maint' })).toEqual(['b1']);
  expect(await manual(known, 'a', { b1: 'ready' })).toEqual([]);
});

it('reads no table from what is none, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(parseServersState(text)).toBeUndefined();
      const servers = parseServersState(`1\n# srv_name srv_admin_state\n${text}\n\n`);
      for (const [name, { word }] of servers ?? []) expect(`${name}${word}`).not.toContain('\n');
    }),
    { numRuns: 50 },
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StandingOrder } from '../../src/health/admin-order.ts';
import type { BackendHealth } from '../../src/health/backend-health.ts';
import { canHold, FarmGuard, type GuardedBackend, type GuardPolicy, leastUp } from '../../src/health/farm-guard.ts';

const states = { m: 'maintenance', n: 'drain', f: 'forced-down', F: 'forced-up' } as const;

const ordered = (letter: string): StandingOrder =>
  Object.hasOwn(states, letter)
    ? { state: states[letter as keyof typeof states], author: 'ann', reason: 'test', until: null }
    : null;

/**
 * `U` up, `.` starting, `D` down, `d` down and taken out; a digit after it is when it turned, a letter after that an
 * operator's order. Backends are named a, b, c …
 */
const farm = (text: string): GuardedBackend[] =>
  text.split(' ').map((word, i) => {
    const since = Number(word[1] ?? 0);
    const health: BackendHealth =
      word[0] === '.' ? { state: 'starting' } : { state: word[0] === 'U' ? 'up' : 'down', since };
    return {
      id: String.fromCharCode(97 + i),
      health,
      admin: ordered(word[2] ?? ''),
      desired: word[0] === 'd' ? { state: 'down' } : null,
    };
  });

const heldOf = (backends: readonly GuardedBackend[], policy: GuardPolicy): string[] =>
  new FarmGuard(backends, policy).held.map(({ id }) => id);

const held = (text: string, policy: GuardPolicy) => heldOf(farm(text), policy).sort().join('');

it.each<[string, GuardPolicy, string]>([
  ['U D1 D2', { minUp: { count: 0 }, whenAllFail: 'down' }, ''],
  ['U D1 D2', { minUp: { count: 1 }, whenAllFail: 'down' }, ''],
  ['U D1 D2', { minUp: { count: 2 }, whenAllFail: 'down' }, 'c'],
  ['U D1 D2', { minUp: { count: 9 }, whenAllFail: 'down' }, 'bc'],
  ['U D2 D2 D1', { minUp: { percent: 50 }, whenAllFail: 'down' }, 'b'],
  ['U D1 D3 D2', { minUp: { percent: 51 }, whenAllFail: 'down' }, 'cd'],
  ['. D1 D2', { minUp: { count: 1 }, whenAllFail: 'hold' }, ''],
  ['D1 D2 D3', { minUp: { count: 2 }, whenAllFail: 'down' }, ''],
  ['D1 D2 D3', { minUp: { count: 2 }, whenAllFail: 'hold' }, 'bc'],
  ['D1 D2 D3', { minUp: { count: 0 }, whenAllFail: 'hold' }, 'c'],
  ['U0 d1 d2', { minUp: { count: 2 }, whenAllFail: 'down' }, ''],
  ['U0 d1 D0', { minUp: { count: 2 }, whenAllFail: 'down' }, 'c'],
  ['d1 d2 d3', { minUp: { count: 1 }, whenAllFail: 'hold' }, ''],
  ['U0m D1 D2', { minUp: { count: 1 }, whenAllFail: 'hold' }, 'c'],
  ['U0n D1 D2', { minUp: { count: 2 }, whenAllFail: 'hold' }, 'bc'],
  ['U0 D1 D2m', { minUp: { count: 2 }, whenAllFail: 'hold' }, 'b'],
  ['D0F D1 D2', { minUp: { count: 1 }, whenAllFail: 'hold' }, ''],
  ['U0f D1 D2', { minUp: { count: 0 }, whenAllFail: 'down' }, ''],
])('farm %s under %j holds "%s"', (text, policy, expected) => {
  expect(held(text, policy)).toBe(expected);
});

it.each([
  [28, 25, 7],
  [7, 100, 7],
  [55, 100, 55],
  [51, 4, 3],
  [0.1, 4, 1],
])('wants %s percent of %i backends to be %i', (percent, size, least) => {
  expect(leastUp({ minUp: { percent }, whenAllFail: 'down' }, size)).toBe(least);
});

const anyHealth: fc.Arbitrary<BackendHealth> = fc.oneof(
  fc.constant({ state: 'starting' } as const),
  fc.record({ state: fc.constantFrom('up', 'down'), since: fc.nat(5) }),
);

it('never lets a farm fall below minUp while one backend is not believed down, and holds only what is down', () => {
  fc.assert(
    fc.property(fc.array(anyHealth, { minLength: 1, maxLength: 12 }), fc.nat(14), (healths, count) => {
      const backends = healths.map((health, i) => ({ id: `b${i}`, health, admin: null, desired: null }));
      const policy: GuardPolicy = { minUp: { count }, whenAllFail: 'down' };
      const kept = heldOf(backends, policy);
      const down = backends.filter(({ health }) => health.state === 'down');
      for (const id of kept) expect(down.map((b) => b.id)).toContain(id);
      if (down.length < backends.length)
        expect(backends.length - down.length + kept.length).toBeGreaterThanOrEqual(Math.min(count, backends.length));
    }),
  );
});

it('holds nothing where it cannot hold', () => {
  fc.assert(
    fc.property(fc.array(anyHealth, { minLength: 1, maxLength: 12 }), (healths) => {
      const policy: GuardPolicy = { minUp: { count: 0 }, whenAllFail: 'down' };
      expect(canHold(policy)).toBe(false);
      const backends = healths.map((health, i) => ({ id: `b${i}`, health, admin: null, desired: null }));
      expect(heldOf(backends, policy)).toEqual([]);
    }),
  );
});

it('gives the same answer whatever the order of the backends', () => {
  fc.assert(
    fc.property(fc.array(anyHealth, { minLength: 1, maxLength: 12 }), fc.nat(14), (healths, count) => {
      const backends = healths.map((health, i) => ({ id: `b${i}`, health, admin: null, desired: null }));
      const policy: GuardPolicy = { minUp: { count }, whenAllFail: 'hold' };
      expect(heldOf(backends.toReversed(), policy)).toEqual(heldOf(backends, policy));
    }),
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BackendHealth } from '../../src/health/backend-health.ts';
import { desiredState } from '../../src/health/desired-state.ts';
import { canHold, type GuardedBackend, type GuardPolicy, heldBackends } from '../../src/health/farm-guard.ts';

/** `U` up, `.` starting, `D` down; a digit after it is when it turned. Backends are named a, b, c … */
const farm = (text: string): GuardedBackend[] =>
  text.split(' ').map((word, i) => {
    const since = Number(word.slice(1) || 0);
    const health: BackendHealth =
      word[0] === '.' ? { state: 'starting' } : { state: word[0] === 'U' ? 'up' : 'down', since };
    return { id: String.fromCharCode(97 + i), health };
  });

const held = (text: string, policy: GuardPolicy) => [...heldBackends(farm(text), policy)].sort().join('');

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
])('farm %s under %j holds "%s"', (text, policy, expected) => {
  expect(held(text, policy)).toBe(expected);
});

it('wants a held backend up, a failed one down, and says nothing before there is evidence', () => {
  expect(desiredState({ state: 'down', since: 0 }, true)).toBe('up');
  expect(desiredState({ state: 'rising', since: 0, passes: 1 }, false)).toBe('down');
  expect(desiredState({ state: 'falling', since: 0, failures: 1 }, false)).toBe('up');
  expect(desiredState({ state: 'starting' }, false)).toBeUndefined();
});

const anyHealth: fc.Arbitrary<BackendHealth> = fc.oneof(
  fc.constant({ state: 'starting' } as const),
  fc.record({ state: fc.constantFrom('up', 'down'), since: fc.nat(5) }),
);

it('never lets a farm fall below minUp while one backend is not believed down, and holds only what is down', () => {
  fc.assert(
    fc.property(fc.array(anyHealth, { minLength: 1, maxLength: 12 }), fc.nat(14), (healths, count) => {
      const backends = healths.map((health, i) => ({ id: `b${i}`, health }));
      const policy: GuardPolicy = { minUp: { count }, whenAllFail: 'down' };
      const kept = heldBackends(backends, policy);
      const down = backends.filter(({ health }) => health.state === 'down');
      for (const id of kept) expect(down.map((b) => b.id)).toContain(id);
      if (down.length < backends.length)
        expect(backends.length - down.length + kept.size).toBeGreaterThanOrEqual(Math.min(count, backends.length));
    }),
  );
});

it('holds nothing where it cannot hold', () => {
  fc.assert(
    fc.property(fc.array(anyHealth, { minLength: 1, maxLength: 12 }), (healths) => {
      const policy: GuardPolicy = { minUp: { count: 0 }, whenAllFail: 'down' };
      expect(canHold(policy)).toBe(false);
      expect(
        heldBackends(
          healths.map((health, i) => ({ id: `b${i}`, health })),
          policy,
        ).size,
      ).toBe(0);
    }),
  );
});

it('gives the same answer whatever the order of the backends', () => {
  fc.assert(
    fc.property(fc.array(anyHealth, { minLength: 1, maxLength: 12 }), fc.nat(14), (healths, count) => {
      const backends = healths.map((health, i) => ({ id: `b${i}`, health }));
      const policy: GuardPolicy = { minUp: { count }, whenAllFail: 'hold' };
      const inOrder = [...heldBackends(backends, policy)].sort();
      expect([...heldBackends(backends.toReversed(), policy)].sort()).toEqual(inOrder);
    }),
  );
});

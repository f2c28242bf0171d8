import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AdminState, adminStates, hasExpired, type StandingOrder } from '../../src/health/admin-order.ts';
import type { BackendHealth } from '../../src/health/backend-health.ts';
import { desiredState } from '../../src/health/desired-state.ts';

const healths: Readonly<Record<string, BackendHealth>> = {
  starting: { state: 'starting' },
  up: { state: 'up', since: 0 },
  falling: { state: 'falling', since: 0, failures: 1 },
  down: { state: 'down', since: 0 },
  rising: { state: 'rising', since: 0, passes: 1 },
};

const order = (state: AdminState): StandingOrder =>
  state === 'ready' ? null : { state, author: 'ann', reason: 'test', until: null };

// admin state: starting, up, falling, down, rising; the same when the guard holds it
it.each<[AdminState, string, string]>([
  ['ready', 'nothing up up down down', 'up up up up up'],
  ['drain', 'drain drain drain down down', 'drain drain drain down down'],
  ['maintenance', 'down down down down down', 'down down down down down'],
  ['forced-up', 'up up up up up', 'up up up up up'],
  ['forced-down', 'down down down down down', 'down down down down down'],
])('%s: %s, held: %s', (state, free, held) => {
  const wanted = (isHeld: boolean) =>
    Object.values(healths).map((health) => desiredState({ admin: order(state), health, held: isHeld }) ?? 'nothing');
  expect(wanted(false).join(' ')).toBe(free);
  expect(wanted(true).join(' ')).toBe(held);
});

it('obeys an order whatever health and guard say', () => {
  const anyHealth = fc.constantFrom(...Object.values(healths));
  const anyState = fc.constantFrom(...adminStates.filter((state) => state !== 'ready'));
  const allowed = { drain: ['drain', 'down'], maintenance: ['down'], 'forced-up': ['up'], 'forced-down': ['down'] };
  fc.assert(
    fc.property(anyState, anyHealth, fc.boolean(), (state, health, held) => {
      expect(allowed[state]).toContain(desiredState({ admin: order(state), health, held }));
    }),
  );
});

it.each([
  [null, false],
  [99, true],
  [100, true],
  [101, false],
])('an order until %s has come to its end at 100: %s', (until, expected) => {
  expect(hasExpired({ state: 'drain', author: 'ann', reason: '', until }, 100)).toBe(expected);
});

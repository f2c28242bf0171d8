import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Evidence, resumeHealth, unknownHealth, waitsForReady } from '../../src/health/backend-health.ts';
import {
  type BackendState,
  policyInForce,
  reduceBackend,
  type StatePolicy,
  type StateStep,
} from '../../src/health/backend-state.ts';
import { flapCount, flapScore, noteEvidence, steadyHistory } from '../../src/health/flapping.ts';

const evidence: Readonly<Record<string, Evidence>> = { P: 'pass', F: 'fail', '?': 'neutral' };
const letter = { starting: '.', up: 'U', falling: 'f', down: 'D', rising: 'r' } as const;
const unknown: BackendState = { health: unknownHealth, flap: steadyHistory };

const play = (events: Iterable<Evidence | 'resume'>, policy: StatePolicy, from = unknown) => {
  let state = from;
  const states: BackendState[] = [];
  const effects: StateStep['effects'][number][] = [];
  let at = 0;
  for (const event of events) {
    if (event === 'resume') state = { ...state, health: resumeHealth(state.health) };
    else {
      const step = reduceBackend(state, { evidence: event, at: at++ }, policy);
      state = step.state;
      effects.push(...step.effects);
    }
    states.push(state);
  }
  return { state, states, effects };
};

const eventsOf = (text: string) =>
  [...text].filter((c) => c !== ' ').map((c) => (c === '!' ? 'resume' : (evidence[c] as Evidence)));

const drawn = (states: readonly BackendState[]) =>
  states.map(({ health, flap }) => `${letter[health.state]}${flap.flapping ? '~' : ''}`).join('');

const flapping = { high: 30, low: 25 };

// P pass, F fail, ? neutral, ! an operator's ready  ->  . starting, U up, f falling, D down, r rising, ~ flapping
it.each([
  ['rise 1 fall 1: PFPFPFP', 'UDUDUDr~'],
  ['rise 1 fall 1: PFPFPFP PPPPPPPPPPPPPPPPP', 'UDUDUDr~ r~r~r~r~r~U~U~U~U~U~U~U~U~U~UUU'],
  ['rise 1 fall 1: PFPFPFP ??', 'UDUDUDr~ r~r~'],
  ['rise 2 fall 3: PFPFPFPFPF', 'UfUfUfU~f~U~f~'],
  ['rise 2 fall 3: FFFF PP', 'DDDD rU'],
])('flapping at 30 until 25, %s -> %s', (given, expected) => {
  const [, rise, fall, events = ''] = /rise (\d) fall (\d): (.*)/.exec(given) ?? [];
  const { states } = play(eventsOf(events), { rise: Number(rise), fall: Number(fall), flapping });
  expect(drawn(states)).toBe(expected.replaceAll(' ', ''));
});

it.each([
  ['PFPPPP', 'UDrrrr'],
  ['PFPP!P', 'UDrrrU'],
  ['PF!PP', 'UDDrU'],
  ['PF!FPP', 'UDDDrU'],
  ['PF!PPF PPP', 'UDDrUD rrr'],
  ['FPPP', 'Drrr'],
  ['P!F PP', 'UUD rr'],
])('manual resume, rise 2 fall 1: %s -> %s', (given, expected) => {
  const { states } = play(eventsOf(given), { rise: 2, fall: 1, manualResume: true });
  expect(drawn(states)).toBe(expected.replaceAll(' ', ''));
});

it('says when it only waits for an operator', () => {
  const policy = { rise: 2, fall: 1, manualResume: true };
  const waits = (text: string) => waitsForReady(play(eventsOf(text), policy).state.health, policy);
  expect(['P', 'PF', 'PFP', 'PFPP', 'PFPPP', 'PFPP!'].map(waits)).toEqual([false, false, false, true, true, false]);
  expect(waitsForReady(play(eventsOf('PFPP'), policy).state.health, { rise: 2, fall: 1 })).toBe(false);
});

it('scores as Icinga does: 20 slots, weighted from 0.8 to 1.18', () => {
  expect(flapScore({ ...steadyHistory, changes: 2 ** 20 - 1 })).toBeCloseTo(99, 6);
  expect(flapScore({ ...steadyHistory, changes: 1 })).toBeCloseTo(5.9, 6);
  expect(flapScore({ ...steadyHistory, changes: 2 ** 19 })).toBeCloseTo(4, 6);
  expect(flapCount({ ...steadyHistory, changes: 0b1011 })).toBe(3);
});

it('never flaps without a policy, and forgets that it did', () => {
  const before = { changes: 2 ** 20 - 1, flapping: true };
  expect(noteEvidence(before, true, undefined)).toBe(steadyHistory);
  expect(noteEvidence(steadyHistory, true, undefined)).toBe(steadyHistory);
});

const anyEvidence = fc.constantFrom<Evidence>('pass', 'fail', 'neutral');
const anyEvents = fc.array(anyEvidence, { maxLength: 120 });
const anyPolicy = fc.record({
  rise: fc.integer({ min: 1, max: 5 }),
  fall: fc.integer({ min: 1, max: 5 }),
  flapping: fc.option(fc.constant(flapping), { nil: undefined }),
  manualResume: fc.boolean(),
});

it('never turns down on fewer than fall failures, nor up on fewer than rise passes, the first evidence aside', () => {
  fc.assert(
    fc.property(anyEvents, anyPolicy, (events, policy) => {
      const turns = play(events, policy).effects.filter((effect) => effect.type === 'turned');
      for (const { at, to } of turns.slice(1)) {
        const needed = to === 'down' ? policy.fall : policy.rise;
        const counted = events.slice(0, at + 1).filter((e) => e !== 'neutral');
        expect(counted.slice(-needed)).toEqual(Array(needed).fill(to === 'down' ? 'fail' : 'pass'));
      }
    }),
  );
});

it('stops flapping, and comes back, once it passes for long enough', () => {
  fc.assert(
    fc.property(anyEvents, anyPolicy, (events, policy) => {
      const { state } = play([...events, 'resume', ...Array<Evidence>(26).fill('pass')], policy);
      expect(state.flap.flapping).toBe(false);
      expect(state.health.state).toBe('up');
    }),
  );
});

it('never comes back by itself where that takes an operator', () => {
  fc.assert(
    fc.property(anyEvents, anyPolicy, (events, policy) => {
      const { effects } = play(events, { ...policy, manualResume: true });
      const turns = effects.flatMap((effect) => (effect.type === 'turned' ? [effect.to] : []));
      expect([[], ['up'], ['down'], ['up', 'down']]).toContainEqual(turns);
    }),
  );
});

it('does not notice neutral evidence at all', () => {
  fc.assert(
    fc.property(anyEvents, anyPolicy, (events, policy) => {
      const counted = events.filter((e) => e !== 'neutral');
      const [noted, without] = [events, counted].map((each) => drawn([play(each, policy).state]));
      expect(noted).toBe(without);
      const { state } = play(counted, policy);
      expect(reduceBackend(state, { evidence: 'neutral', at: 0 }, policy)).toEqual({ state, effects: [] });
    }),
  );
});

it('asks for no less than rise, and for no more than twenty passes more', () => {
  fc.assert(
    fc.property(anyEvents, anyPolicy, (events, policy) => {
      for (const state of play(events, policy).states) {
        const { rise, fall } = policyInForce(state, policy);
        expect(fall).toBe(policy.fall);
        expect(rise).toBeGreaterThanOrEqual(policy.rise);
        expect(rise).toBeLessThanOrEqual(policy.rise + 20);
      }
    }),
  );
});

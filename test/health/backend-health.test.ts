import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type BackendHealth,
  beliefOf,
  type Evidence,
  type HealthEffect,
  type HealthPolicy,
  reduceHealth,
  unknownHealth,
} from '../../src/health/backend-health.ts';

const evidence: Readonly<Record<string, Evidence>> = { P: 'pass', F: 'fail', '?': 'neutral' };
const letter = { starting: '.', up: 'U', falling: 'f', down: 'D', rising: 'r' } as const;

const play = (events: Iterable<Evidence>, policy: HealthPolicy) => {
  let health: BackendHealth = unknownHealth;
  const states: BackendHealth[] = [];
  const effects: HealthEffect[] = [];
  let at = 0;
  for (const evidence of events) {
    const step = reduceHealth(health, { evidence, at: at++ }, policy);
    health = step.health;
    states.push(health);
    effects.push(...step.effects);
  }
  return { health, states, effects };
};

// P pass, F fail, ? neutral  ->  . starting, U up, f falling, D down, r rising
it.each([
  ['rise 2 fall 3: PFFF PP', 'UffD rU'],
  ['rise 2 fall 3: PFFP FFF', 'UffU ffD'],
  ['rise 2 fall 3: FPFPP', 'DrDrU'],
  ['rise 2 fall 3: ??P?F?F?F', '..UUffffD'],
  ['rise 2 fall 3: F?P?P', 'DDrrU'],
  ['rise 1 fall 1: PFPF', 'UDUD'],
  ['rise 1 fall 1: F?P', 'DDU'],
  ['rise 3 fall 2: PFFPPFPPP', 'UfDrrDrrU'],
  ['rise 2 fall 3: ???', '...'],
])('%s -> %s', (given, expected) => {
  const [, rise, fall, events = ''] = /rise (\d) fall (\d): (.*)/.exec(given) ?? [];
  const played = [...events].filter((c) => c !== ' ').map((c) => evidence[c] as Evidence);
  const { states } = play(played, { rise: Number(rise), fall: Number(fall) });
  expect(states.map(({ state }) => letter[state]).join('')).toBe(expected.replaceAll(' ', ''));
});

it('keeps the time it turned, not the time of the last result', () => {
  const { health } = play(['pass', 'pass', 'fail'], { rise: 2, fall: 3 });
  expect(health).toEqual({ state: 'falling', since: 0, failures: 1 });
});

const anyEvidence = fc.constantFrom<Evidence>('pass', 'fail', 'neutral');
const anyPolicy = fc.record({ rise: fc.integer({ min: 1, max: 5 }), fall: fc.integer({ min: 1, max: 5 }) });

it('never turns on less evidence than the policy asks for, the first evidence aside', () => {
  fc.assert(
    fc.property(fc.array(anyEvidence, { maxLength: 80 }), anyPolicy, (events, policy) => {
      const { effects } = play(events, policy);
      for (const { at, to } of effects.slice(1)) {
        const needed = to === 'down' ? policy.fall : policy.rise;
        const counted = events.slice(0, at + 1).filter((e) => e !== 'neutral');
        expect(counted.slice(-needed)).toEqual(Array(needed).fill(to === 'down' ? 'fail' : 'pass'));
      }
    }),
  );
});

it('turns alternately, and the belief is always the last turn', () => {
  fc.assert(
    fc.property(fc.array(anyEvidence, { maxLength: 80 }), anyPolicy, (events, policy) => {
      const { effects, health } = play(events, policy);
      effects.forEach((effect, i) => {
        expect(effect.to).not.toBe(effects[i - 1]?.to);
      });
      expect(beliefOf(health)).toBe(effects.at(-1)?.to);
    }),
  );
});

it('does not notice neutral evidence at all', () => {
  fc.assert(
    fc.property(fc.array(anyEvidence, { maxLength: 80 }), anyPolicy, (events, policy) => {
      const without = play(
        events.filter((e) => e !== 'neutral'),
        policy,
      );
      expect(play(events, policy).health.state).toBe(without.health.state);
    }),
  );
});

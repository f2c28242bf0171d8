import {
  type BackendHealth,
  type HealthEffect,
  type HealthEvent,
  type HealthPolicy,
  reduceHealth,
} from './backend-health.ts';
import { type FlapHistory, type FlapPolicy, flapCount, flapScore, noteEvidence } from './flapping.ts';

/** All that evidence says of one backend. Plain JSON. */
export interface BackendState {
  readonly health: BackendHealth;
  readonly flap: FlapHistory;
}

/** By what a farm judges its backends. */
export interface StatePolicy extends HealthPolicy {
  /** Flaps are not looked for when absent. */
  readonly flapping?: FlapPolicy | undefined;
}

/** A backend began to flap, or flaps no more. */
export interface FlapEffect {
  readonly type: 'flapping';
  readonly flapping: boolean;
  /** In percent. */
  readonly score: number;
}

/** The next state, and what it brought about. */
export interface StateStep {
  readonly state: BackendState;
  readonly effects: readonly (HealthEffect | FlapEffect)[];
}

/** How much evidence it takes just now: while a backend flaps, each of its latest changes costs one more pass. */
export const policyInForce = ({ flap }: Pick<BackendState, 'flap'>, policy: StatePolicy): HealthPolicy =>
  flap.flapping ? { ...policy, rise: policy.rise + flapCount(flap) } : policy;

/** One step of rise, fall and flapping: see `reduceHealth` and `noteEvidence`. */
export const reduceBackend = (before: BackendState, event: HealthEvent, policy: StatePolicy): StateStep => {
  const { evidence } = event;
  if (evidence === 'neutral') return { state: before, effects: [] };
  const latest = latestEvidence(before.health);
  const flap = noteEvidence(before.flap, latest !== undefined && latest !== evidence, policy.flapping);
  const { health, effects } = reduceHealth(before.health, event, policyInForce({ flap }, policy));
  const state = health === before.health && flap === before.flap ? before : { health, flap };
  if (flap.flapping === before.flap.flapping) return { state, effects };
  return { state, effects: [{ type: 'flapping', flapping: flap.flapping, score: flapScore(flap) }, ...effects] };
};

/** What the latest result said; `undefined` before the first. */
const latestEvidence = (health: BackendHealth): 'pass' | 'fail' | undefined => {
  switch (health.state) {
    case 'starting':
      return undefined;
    case 'up':
    case 'rising':
      return 'pass';
    case 'falling':
    case 'down':
      return 'fail';
    default:
      return health satisfies never;
  }
};

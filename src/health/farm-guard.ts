import { type BackendHealth, beliefOf } from './backend-health.ts';

/** A farm's brake. */
export interface GuardPolicy {
  /** How many backends must stay in rotation: a number of them, or a percentage of the farm, rounded up. */
  readonly minUp: { readonly count: number } | { readonly percent: number };
  /** When every backend is believed down: take all out, or hold the longest healthy `minUp` (at least one). */
  readonly whenAllFail: 'down' | 'hold';
}

/** A backend as the guard sees it. */
export interface GuardedBackend {
  readonly id: string;
  readonly health: BackendHealth;
}

const smallestUp = ({ minUp }: GuardPolicy, size: number): number =>
  Math.min(size, 'count' in minUp ? minUp.count : Math.ceil((minUp.percent / 100) * size));

/** Whether a policy can hold a backend at all; where not, the belief in one says nothing about any other. */
export const canHold = ({ minUp, whenAllFail }: GuardPolicy): boolean =>
  whenAllFail === 'hold' || ('count' in minUp ? minUp.count : minUp.percent) > 0;

/**
 * Which backends that are believed down stay in rotation all the same. Those without evidence count as being in
 * rotation, since nothing was signalled about them. Held first is what failed last (the longest healthy); equal
 * times are decided by id, so that the same farm always gives the same answer.
 */
export const heldBackends = (backends: readonly GuardedBackend[], policy: GuardPolicy): ReadonlySet<string> => {
  const down = backends.filter(({ health }) => beliefOf(health) === 'down');
  const allFailed = down.length === backends.length;
  if (allFailed && policy.whenAllFail === 'down') return new Set();
  const least = Math.max(smallestUp(policy, backends.length), allFailed ? 1 : 0);
  const missing = least - (backends.length - down.length);
  if (missing <= 0) return new Set();
  const longestHealthyFirst = down.toSorted((a, b) => sinceOf(b.health) - sinceOf(a.health) || compare(a.id, b.id));
  return new Set(longestHealthyFirst.slice(0, missing).map(({ id }) => id));
};

const sinceOf = (health: BackendHealth): number => ('since' in health ? health.since : 0);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

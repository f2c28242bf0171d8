import type { StandingOrder } from './admin-order.ts';
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
  readonly admin: StandingOrder;
  /** Whether it has been taken out already: the guard keeps backends in, it brings no dead one back. */
  readonly out: boolean;
}

/** How many backends of a farm of this size must stay in rotation. */
export const leastUp = ({ minUp }: GuardPolicy, size: number): number =>
  Math.min(size, 'count' in minUp ? minUp.count : Math.ceil((minUp.percent / 100) * size));

/** Whether a policy can hold a backend at all; where not, the belief in one says nothing about any other. */
export const canHold = ({ minUp, whenAllFail }: GuardPolicy): boolean =>
  whenAllFail === 'hold' || ('count' in minUp ? minUp.count : minUp.percent) > 0;

/**
 * Which backends that are believed down stay in rotation all the same. Those without evidence count as being in
 * rotation, since nothing was signalled about them; what an operator ordered out does not, and is never held. Held
 * first is what failed last (the longest healthy); equal times are decided by id, so that the same farm always gives
 * the same answer.
 */
export const heldBackends = (backends: readonly GuardedBackend[], policy: GuardPolicy): ReadonlySet<string> => {
  const serving = backends.filter(serves).length;
  if (serving === 0 && policy.whenAllFail === 'down') return new Set();
  const missing = Math.max(leastUp(policy, backends.length), serving === 0 ? 1 : 0) - serving;
  if (missing <= 0) return new Set();
  const longestHealthyFirst = backends
    .filter(({ admin, health, out }) => admin === null && beliefOf(health) === 'down' && !out)
    .sort((a, b) => sinceOf(b.health) - sinceOf(a.health) || compare(a.id, b.id));
  return new Set(longestHealthyFirst.slice(0, missing).map(({ id }) => id));
};

/** Whether it counts as being in rotation by itself. */
export const serves = ({ admin, health }: Pick<GuardedBackend, 'admin' | 'health'>): boolean =>
  admin === null ? beliefOf(health) !== 'down' : admin.state === 'forced-up';

const sinceOf = (health: BackendHealth): number => ('since' in health ? health.since : 0);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

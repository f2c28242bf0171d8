import type { StandingOrder } from './admin-order.ts';
import { type BackendHealth, beliefOf } from './backend-health.ts';
import type { DesiredState } from './desired-state.ts';

/** A farm's brake. */
export interface GuardPolicy {
  /** How many backends must stay in rotation: a number of them, or a percentage of the farm, rounded up. */
  readonly minUp: { readonly count: number } | { readonly percent: number };
  /** When every backend is believed down: take all out, or hold the longest healthy `minUp` (at least one). */
  readonly whenAllFail: 'down' | 'hold';
}

/** A backend as the guard sees it. */
export interface GuardedBackend {
  /** Unique in the farm. */
  readonly id: string;
  readonly health: BackendHealth;
  readonly admin: StandingOrder;
  /** What hooks were told last. What is out of rotation already is not held: the guard brings no dead one back. */
  readonly desired: { readonly state: DesiredState } | null;
}

/** How many backends of a farm of this size must stay in rotation. */
export const leastUp = ({ minUp }: GuardPolicy, size: number): number =>
  Math.min(size, 'count' in minUp ? minUp.count : ceiling((minUp.percent * size) / 100));

/** Rounded up, but for what is over a whole number by the arithmetic alone. */
const ceiling = (value: number): number => Math.ceil(value - 1e-9);

/** Whether a policy can hold a backend at all. */
export const canHold = ({ minUp, whenAllFail }: GuardPolicy): boolean =>
  whenAllFail === 'hold' || ('count' in minUp ? minUp.count : minUp.percent) > 0;

/**
 * A farm's guard at work: which backends that are believed down stay in rotation all the same. Those without evidence
 * count as being in rotation, since nothing was signalled about them; what an operator ordered out does not, and is
 * never held. Held first is what failed last (the longest healthy); equal times are decided by id, so that the same
 * farm always gives the same answer. It is told of each backend that changes, for in an outage of ten thousand one
 * cannot go over all of them each time.
 */
export class FarmGuard<Backend extends GuardedBackend> {
  readonly #policy: GuardPolicy;
  readonly #size: number;
  /** Those that are not in rotation by themselves. */
  readonly #away: Set<Backend>;
  /** Whom it holds, the longest healthy first. */
  readonly #held: Backend[];

  constructor(backends: readonly Backend[], policy: GuardPolicy) {
    this.#policy = policy;
    this.#size = backends.length;
    this.#away = new Set(backends.filter((backend) => !serves(backend)));
    this.#held = [...this.#away].filter(canBeHeld).sort(longestHealthyFirst);
    this.#letGo();
  }

  /** Whom it holds, the longest healthy first. */
  get held(): readonly Backend[] {
    return this.#held;
  }

  /**
   * Looks at a backend whose health or order is another one.
   *
   * @returns those whom it holds no more because of that, the backend itself aside
   */
  look(backend: Backend): Backend[] {
    const place = this.#held.indexOf(backend);
    if (place >= 0) this.#held.splice(place, 1);
    if (serves(backend)) this.#away.delete(backend);
    else this.#away.add(backend);
    if (canBeHeld(backend)) {
      const next = this.#held.findIndex((other) => longestHealthyFirst(backend, other) < 0);
      this.#held.splice(next < 0 ? this.#held.length : next, 0, backend);
    }
    return this.#letGo().filter((released) => released !== backend);
  }

  /** Those it may not hold. */
  #letGo(): Backend[] {
    return this.#held.splice(this.#most());
  }

  /** How many it may hold. */
  #most(): number {
    const serving = this.#size - this.#away.size;
    if (serving === 0 && this.#policy.whenAllFail === 'down') return 0;
    return Math.max(0, Math.max(leastUp(this.#policy, this.#size), serving === 0 ? 1 : 0) - serving);
  }
}

/** Whether it is in rotation by itself. */
const serves = ({ admin, health }: GuardedBackend): boolean =>
  admin === null ? beliefOf(health) !== 'down' : admin.state === 'forced-up';

const canBeHeld = ({ admin, health, desired }: GuardedBackend): boolean =>
  admin === null && beliefOf(health) === 'down' && (desired === null || desired.state === 'up');

const longestHealthyFirst = (a: GuardedBackend, b: GuardedBackend): number =>
  sinceOf(b.health) - sinceOf(a.health) || compare(a.id, b.id);

const sinceOf = (health: BackendHealth): number => ('since' in health ? health.since : 0);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

import { oneLine } from '../checker/clean-text.ts';
import type { CheckResult } from '../checker/result.ts';
import type { FarmConfig } from '../config/config.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import { type BackendHealth, type Evidence, type HealthEffect, resumeHealth } from '../health/backend-health.ts';
import { reduceBackend, type StatePolicy, type StateStep } from '../health/backend-state.ts';
import { desiredState } from '../health/desired-state.ts';
import { FarmGuard } from '../health/farm-guard.ts';
import type { FlapHistory } from '../health/flapping.ts';
import type { BackendChange } from '../hook/hook.ts';
import { afterAttempt, afterLeftAlone, type BackendRecords, type HookAttempt } from '../journal/backend-record.ts';
import {
  beginToWatch,
  groundOf,
  intervalIn,
  recordOf,
  statePolicyOf,
  vipText,
  type WatchedBackend,
  type WatchedPlan,
  type WatchedRules,
} from './watched-backend.ts';

/** A change without its place in the journal, which gives it sequence and time. */
export type Decision = Omit<BackendChange, 'sequence' | 'at'>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a farm decides is written down, and told to its hooks, through these. */
export interface FarmDecisions<Plan = PlannedCheck> {
  /** Whether desired states stay as they are, but for what operators order. */
  isFrozen(): boolean;
  turned(plan: Plan, effect: HealthEffect, health: BackendHealth, result: CheckResult): void;
  /** The health of a backend is another one, but the belief has not turned. */
  counted(plan: Plan, health: BackendHealth): void;
  /** How its results have changed lately is another history. */
  flap(plan: Plan, flap: FlapHistory): void;
  /** A backend began to flap, or flaps no more; the score is in percent. */
  flapping(plan: Plan, flapping: boolean, score: number): void;
  /** Gives the decision its sequence and time. */
  desired(decision: Decision): BackendChange;
}

/** One farm under watch: evidence and orders in, beliefs and desired states out. Knows no clock and does no I/O. */
export class FarmWatch<Rules extends WatchedRules = FarmConfig, Plan extends WatchedPlan = PlannedCheck> {
  readonly #decisions: FarmDecisions<Plan>;
  readonly #backends = new Map<string, Mutable<WatchedBackend<Plan>>>();
  #config: Rules;
  #policy: StatePolicy;
  /** Absent until all is decided for the first time under this config. */
  #guard: FarmGuard<Mutable<WatchedBackend<Plan>>> | undefined;

  /** @param records what is remembered, by `FARM/BACKEND`; believed where the definition is still the same */
  constructor(config: Rules, plans: readonly Plan[], records: BackendRecords, decisions: FarmDecisions<Plan>) {
    this.#config = config;
    this.#policy = statePolicyOf(config);
    this.#decisions = decisions;
    for (const plan of plans) this.#backends.set(plan.backend.id, beginToWatch(plan, records.get(plan.id)));
  }

  /** What it is watched by. */
  get config(): Rules {
    return this.#config;
  }

  /**
   * Decides on what is known, and from then on at each turn and order: a guardian killed between a belief and its
   * decision makes up for it here, and one that was frozen catches up.
   */
  start(): void {
    const backends = [...this.#backends.values()];
    this.#guard = new FarmGuard(backends, this.#config.guard);
    const held = new Set(this.#guard.held);
    for (const watched of backends) this.#decide(watched, held.has(watched));
  }

  /**
   * Goes on under another config; what is looked at as before keeps what is known of it. Decides nothing before
   * {@link start}.
   *
   * @param records what is remembered of backends that come back, by `FARM/BACKEND`
   */
  adopt(config: Rules, plans: readonly Plan[], records?: BackendRecords): void {
    this.#guard = undefined;
    const before = new Map(this.#backends);
    this.#config = config;
    this.#policy = statePolicyOf(config);
    this.#backends.clear();
    for (const plan of plans) {
      const known = before.get(plan.backend.id);
      const isSame = known?.plan.definition === plan.definition;
      const backend = isSame
        ? Object.assign(known, { plan })
        : beginToWatch(plan, known ? recordOf(known) : records?.get(plan.id));
      this.#backends.set(plan.backend.id, backend);
    }
  }

  /** Its backends, in the order of the config. */
  get backends(): readonly WatchedBackend<Plan>[] {
    return [...this.#backends.values()];
  }

  /** The same, one by one: without a list of them. */
  eachBackend(): Iterable<WatchedBackend<Plan>> {
    return this.#backends.values();
  }

  /** One of its backends; `undefined` when it has none of this id. */
  backend(id: string): WatchedBackend<Plan> | undefined {
    return this.#backends.get(id);
  }

  /** How long until a backend is looked at again, in milliseconds. */
  intervalMs(backend: string): number {
    const { rhythm } = this.#config;
    const watched = this.#backends.get(backend);
    return watched ? intervalIn(watched, this.#policy, rhythm) : rhythm.intervalMs;
  }

  /**
   * Notes the result of a run as the latest one; what it says is believed with {@link believe}.
   *
   * @returns the backend; `undefined` when it is watched no more
   */
  saw(backend: string, result: CheckResult, at: number, durationMs: number): WatchedBackend<Plan> | undefined {
    const watched = this.#backends.get(backend);
    if (!watched) return undefined;
    const { status, code, summary, remedy } = result;
    watched.last = { status, code, summary, remedy, at, durationMs };
    return watched;
  }

  /** Whether a backend would turn down on this evidence. */
  wouldTurnDown({ backend }: WatchedPlan, evidence: Evidence, at: number): boolean {
    const watched = this.#backends.get(backend.id);
    return watched !== undefined && turnsDown(reduceBackend(watched, { evidence, at }, this.#policy));
  }

  /** Takes what a result says. Gives whether anything worth remembering at once changed. */
  believe({ backend, definition }: WatchedPlan, evidence: Evidence, at: number, result: CheckResult): boolean {
    const watched = this.#backends.get(backend.id);
    // Between a result and its meaning another config may have come.
    if (watched?.plan.definition !== definition) return false;
    const { plan, health, flap } = watched;
    const { state, effects } = reduceBackend(watched, { evidence, at }, this.#policy);
    watched.health = state.health;
    watched.flap = state.flap;
    if (state.flap !== flap) this.#decisions.flap(plan, state.flap);
    if (state.health !== health && !effects.some(({ type }) => type === 'turned'))
      this.#decisions.counted(plan, state.health);
    for (const effect of effects)
      if (effect.type === 'flapping') this.#decisions.flapping(plan, effect.flapping, effect.score);
      else this.#turn(watched, effect, result);
    return state.health !== health;
  }

  /** Takes an operator's order; `ready` takes the one before back, and lets a backend that went down come back. */
  order(backend: string, order: AdminOrder, ended: boolean): void {
    const watched = this.#backends.get(backend);
    if (!watched) return;
    const before = watched.admin;
    watched.admin = order.state === 'ready' ? null : order;
    if (order.state === 'ready' && !ended) watched.health = resumeHealth(watched.health);
    this.#decideAfter(watched, before !== null ? 'released' : undefined);
  }

  /** Remembers that a hook has left a backend to its balancer's operator. */
  leftAlone(backend: string, hook: string): void {
    const watched = this.#backends.get(backend);
    if (watched) Object.assign(watched, afterLeftAlone(watched, hook));
  }

  /** Remembers what became of a hook's attempt. A backend that was removed meanwhile is nobody's business. */
  attempted(attempt: HookAttempt & { readonly change: BackendChange }): void {
    const watched = this.#backends.get(attempt.change.backend);
    if (watched) Object.assign(watched, afterAttempt(watched, attempt));
  }

  #turn(watched: Mutable<WatchedBackend<Plan>>, effect: HealthEffect, result: CheckResult): void {
    watched.reason = { code: result.code, summary: oneLine(result.summary) };
    this.#decisions.turned(watched.plan, effect, watched.health, result);
    this.#decideAfter(watched);
  }

  /** One backend's turn may release others that the guard holds. */
  #decideAfter(turned: Mutable<WatchedBackend<Plan>>, why?: 'released'): void {
    if (!this.#guard) return;
    const released = this.#guard.look(turned);
    this.#decide(turned, this.#guard.held.includes(turned), why);
    for (const watched of released) this.#decide(watched, false);
  }

  /** Brings the desired state of a backend in line with belief and order; the end of an order counts while frozen, too. */
  #decide(watched: Mutable<WatchedBackend<Plan>>, held: boolean, why?: 'released'): void {
    if (why !== 'released' && watched.admin === null && this.#decisions.isFrozen()) return;
    watched.held = held;
    const state = desiredState(watched);
    if (state === undefined || state === watched.desired?.state) return;
    watched.desired = this.#decisions.desired(decision(this.#config, watched, state));
  }
}

const turnsDown = ({ effects }: StateStep): boolean =>
  effects.some((effect) => effect.type === 'turned' && effect.to === 'down');

const decision = (config: WatchedRules, watched: WatchedBackend<WatchedPlan>, state: Decision['state']): Decision => {
  const { id: backend, host, port } = watched.plan.backend;
  const previous = watched.desired?.state ?? null;
  return { farm: config.id, vip: vipText(config), backend, host, port, state, previous, ...groundOf(watched, state) };
};

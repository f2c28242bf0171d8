import { oneLine } from '../checker/clean-text.ts';
import type { CheckResult } from '../checker/result.ts';
import { formatAddress } from '../config/address.ts';
import type { FarmConfig } from '../config/config.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import { type BackendHealth, type Belief, type HealthState, reduceHealth } from '../health/backend-health.ts';
import { type DesiredState, desiredState } from '../health/desired-state.ts';
import { evidenceOf } from '../health/evidence.ts';
import { canHold, heldBackends } from '../health/farm-guard.ts';
import type { BackendChange } from '../hook/hook.ts';
import { afresh, type BackendRecord, type Reason } from '../journal/backend-record.ts';

/** A change without its place in the journal, which gives it sequence and time. */
export type Decision = Omit<BackendChange, 'sequence' | 'at'>;

/** What one backend of a watched farm is known to be. */
export interface WatchedBackend extends Omit<BackendRecord, 'definition'> {
  readonly plan: PlannedCheck;
  /** Whether the guard keeps it in rotation although it is believed down. */
  readonly held: boolean;
  /** The latest result since the start, and when it came (milliseconds since the epoch). */
  readonly last: { readonly result: CheckResult; readonly at: number; readonly durationMs: number } | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a farm decides is written down, and told to its hooks, through these. */
export interface FarmDecisions {
  turned(plan: PlannedCheck, to: Belief, result: CheckResult): void;
  /** Gives the decision its sequence and time. */
  desired(decision: Decision): BackendChange;
}

/** One farm under watch: results and orders in, beliefs and desired states out. Knows no clock and does no I/O. */
export class FarmWatch {
  readonly #decisions: FarmDecisions;
  readonly #backends = new Map<string, Mutable<WatchedBackend>>();
  #config: FarmConfig;

  /** @param records what is remembered, by `FARM/BACKEND`; believed where the definition is still the same */
  constructor(
    config: FarmConfig,
    plans: readonly PlannedCheck[],
    records: ReadonlyMap<string, BackendRecord>,
    decisions: FarmDecisions,
  ) {
    this.#config = config;
    this.#decisions = decisions;
    for (const plan of plans) this.#backends.set(plan.backend.id, watched(plan, records.get(plan.id)));
  }

  /** What it is watched by. */
  get config(): FarmConfig {
    return this.#config;
  }

  /** Decides on what is known: a guardian killed between a belief and its decision makes up for it here. */
  start(): void {
    this.#decide();
  }

  /** Goes on under another config; what is looked at as before keeps what is known of it. Decides nothing yet. */
  adopt(config: FarmConfig, plans: readonly PlannedCheck[]): void {
    const before = new Map(this.#backends);
    this.#config = config;
    this.#backends.clear();
    for (const plan of plans) {
      const known = before.get(plan.backend.id);
      const same = known?.plan.definition === plan.definition;
      const record = known && { ...known, definition: known.plan.definition };
      this.#backends.set(plan.backend.id, same && known ? Object.assign(known, { plan }) : watched(plan, record));
    }
  }

  /** Its backends, in the order of the config. */
  get backends(): readonly WatchedBackend[] {
    return [...this.#backends.values()];
  }

  /** How long until a backend is looked at again, in milliseconds. */
  intervalMs(backend: string): number {
    const { intervalMs, fastIntervalMs, downIntervalMs } = this.#config.rhythm;
    const byHealth: Readonly<Record<HealthState, number>> = {
      starting: intervalMs,
      up: intervalMs,
      falling: fastIntervalMs,
      rising: fastIntervalMs,
      down: downIntervalMs,
    };
    return byHealth[this.#backend(backend).health.state];
  }

  /** What is believed of a backend. */
  health(backend: string): BackendHealth {
    return this.#backend(backend).health;
  }

  /** Takes the result of one run. Gives whether anything worth remembering changed. */
  take(backend: string, result: CheckResult, at: number, durationMs: number): boolean {
    const watched = this.#backend(backend);
    const before = watched.health;
    const step = reduceHealth(before, { evidence: evidenceOf[result.status], at }, this.#config.policy);
    watched.last = { result, at, durationMs };
    watched.health = step.health;
    for (const { to } of step.effects) {
      watched.reason = { code: result.code, summary: oneLine(result.summary) };
      this.#decisions.turned(watched.plan, to, result);
    }
    if (step.effects.length > 0) this.#decideAfter(watched);
    return step.health !== before;
  }

  /** Takes an operator's order; `ready` takes the one before back. */
  order(backend: string, order: AdminOrder): void {
    const watched = this.#backend(backend);
    watched.admin = order.state === 'ready' ? null : order;
    this.#decideAfter(watched);
  }

  /** Hooks that have changed have to deliver again; that they did before is still known. */
  forgetDeliveries(): void {
    for (const watched of this.#backends.values())
      watched.delivered = Object.fromEntries(Object.keys(watched.delivered).map((hook) => [hook, 0]));
  }

  /** Remembers that a hook has delivered a change. A backend that was removed meanwhile is nobody's business. */
  delivered(backend: string, hook: string, sequence: number): void {
    const watched = this.#backends.get(backend);
    if (watched) watched.delivered = { ...watched.delivered, [hook]: sequence };
  }

  /** One backend's turn may hold or release another, where the guard can hold at all. */
  #decideAfter(turned: Mutable<WatchedBackend>): void {
    this.#decide(canHold(this.#config.guard) ? undefined : [turned]);
  }

  /** Brings desired states in line with beliefs and orders. */
  #decide(concerned: Iterable<Mutable<WatchedBackend>> = this.#backends.values()): void {
    const held = this.#held();
    for (const watched of concerned) {
      watched.held = held.has(watched.plan.backend.id);
      const state = desiredState(watched);
      if (state === undefined || state === watched.desired?.state) continue;
      watched.desired = this.#decisions.desired(this.#decision(watched, state));
    }
  }

  #decision(watched: WatchedBackend, state: DesiredState): Decision {
    const { id: backend, host, port } = watched.plan.backend;
    const previous = watched.desired?.state ?? null;
    const { code, summary } = groundOf(watched, state);
    const { id: farm } = this.#config;
    return { farm, vip: vipText(this.#config), backend, host, port, state, previous, code, summary };
  }

  #held(): ReadonlySet<string> {
    if (!canHold(this.#config.guard)) return new Set();
    const backends = Array.from(this.#backends, ([id, { health, admin, desired }]) => {
      const out = desired !== null && desired.state !== 'up';
      return { id, health, admin, out };
    });
    return heldBackends(backends, this.#config.guard);
  }

  #backend(id: string): Mutable<WatchedBackend> {
    const backend = this.#backends.get(id);
    if (!backend) throw new Error(`farm ${this.#config.id} has no backend ${id}`);
    return backend;
  }
}

const watched = (plan: PlannedCheck, known: BackendRecord | undefined): Mutable<WatchedBackend> => {
  const record = known?.definition === plan.definition ? known : afresh(known, plan.definition);
  return { ...record, admin: record.admin ?? null, plan, held: false, last: undefined };
};

/** Why a state is desired: an order, unless a drained backend has died. */
const groundOf = ({ admin, reason }: WatchedBackend, state: DesiredState): Reason => {
  if (admin === null || (admin.state === 'drain' && state === 'down')) return reason;
  return { code: 'admin', summary: `${admin.state} ordered by ${admin.author}: ${admin.reason}` };
};

/** A farm's virtual address as one word; empty when the config names none. */
export const vipText = ({ vip }: FarmConfig): string => (vip ? formatAddress(vip) : '');

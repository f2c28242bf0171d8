import { isDeepStrictEqual } from 'node:util';
import { cleanText, oneLine } from '../checker/clean-text.ts';
import type { CheckResult } from '../checker/result.ts';
import type { FarmConfig } from '../config/config.ts';
import { type PlannedCheck, planChecks } from '../farm/plan.ts';
import { type AdminOrder, hasExpired } from '../health/admin-order.ts';
import type { BackendHealth, Belief } from '../health/backend-health.ts';
import type { DeliveryAttempt, Drift } from '../hook/delivery.ts';
import type { AnyHookType, BackendChange, HookContext } from '../hook/hook.ts';
import type { BackendRecord, BackendRecords } from '../journal/backend-record.ts';
import type { CheckRoster } from './check-roster.ts';
import type { GuardianEvents } from './events.ts';
import { FarmHooks, hookFarm } from './farm-hooks.ts';
import { type Decision, FarmWatch, type WatchedBackend } from './farm-watch.ts';
import type { Memory } from './memory.ts';

/** What all farms of a guardian share. */
export interface FarmSurroundings extends Omit<HookContext, 'farm' | 'keepsake'> {
  readonly memory: Memory;
  readonly roster: CheckRoster;
  readonly events: GuardianEvents;
  /** Whether hooks are told nothing. */
  readonly dryRun: boolean;
}

/** One farm at work: its beliefs and decisions, its hooks, and what is written down of them. */
export class WatchedFarm implements AsyncDisposable {
  readonly watch: FarmWatch;
  readonly #around: FarmSurroundings;
  #hooks: FarmHooks;
  #hooksDefinition: HooksDefinition;

  /** @param records what is remembered of its backends, by `FARM/BACKEND` */
  constructor(config: FarmConfig<AnyHookType>, records: BackendRecords, around: FarmSurroundings) {
    this.#around = around;
    const plans = planChecks(config);
    this.watch = new FarmWatch(config, plans, records, {
      turned: (plan, to, result) => this.#turned(plan, to, result),
      desired: (decision) => this.#desired(decision),
    });
    this.#hooks = this.#openHooks(config);
    this.#hooksDefinition = hooksDefinition(config);
    this.#deliver();
    for (const plan of plans) this.#subscribe(plan);
  }

  /** Where its hooks stand. */
  get hooks(): FarmHooks {
    return this.#hooks;
  }

  /** What is worth remembering of its backends, by `FARM/BACKEND`. */
  get records(): [string, BackendRecord][] {
    return this.watch.backends.map(({ plan: { id, definition }, health, admin, reason, desired, delivered }) => [
      id,
      { definition, health, admin, reason, desired, delivered },
    ]);
  }

  /** Takes an operator's order for one of its backends. */
  order({ plan: { farm, backend, definition } }: WatchedBackend, given: AdminOrder): void {
    const { memory, log, events } = this.#around;
    const order = { ...given, author: said(given.author), reason: said(given.reason) };
    memory.journal.append({ type: 'admin', farm, backend: backend.id, definition, ...order });
    log.info({ farm, backend: backend.id, ...order }, `${order.state} ordered by ${order.author}: ${order.reason}`);
    this.watch.order(backend.id, order);
    memory.touch();
    events.emit('admin', { farm, backend: backend.id, order });
  }

  /** Takes back what has come to its end. */
  endOrders(now: number): void {
    for (const backend of this.watch.backends) {
      const { admin } = backend;
      if (!admin || !hasExpired(admin, now)) continue;
      const reason = `${admin.state} of ${admin.author} has come to its end`;
      this.order(backend, { state: 'ready', author: 'farm-guardian', reason, until: null });
    }
  }

  /**
   * Goes on under another config. The checks it no longer wants stay on the roster: the caller takes them off once all
   * farms have said what they want, since farms may share a run. Resolves once its hooks are in line as well.
   */
  adopt(config: FarmConfig<AnyHookType>): Promise<void> {
    const otherRhythm = !isDeepStrictEqual(this.watch.config.rhythm, config.rhythm);
    const runs = new Map(this.watch.backends.map(({ plan }) => [plan.id, plan.run]));
    const plans = planChecks(config);
    const ids = new Set(config.backends.map(({ id }) => id));
    for (const { plan } of this.watch.backends) if (!ids.has(plan.backend.id)) this.#hooks.forget(plan.backend.id);
    this.watch.adopt(config, plans);
    const closing = this.#adoptHooks(config);
    for (const plan of plans)
      if (runs.get(plan.id) !== plan.run) this.#subscribe(plan);
      else if (otherRhythm) this.#around.roster.retime(plan);
    this.watch.start();
    return closing;
  }

  /** Ends its hooks; its checks belong to the roster. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hooks[Symbol.asyncDispose]();
  }

  /** Hooks that stay the same live on, with what they still have to deliver. */
  async #adoptHooks(config: FarmConfig<AnyHookType>): Promise<void> {
    const { hooks, farm } = hooksDefinition(config);
    const known = this.#hooksDefinition;
    if (hooks === known.hooks && farm === known.farm) return;
    this.#hooksDefinition = { hooks, farm };
    if (hooks !== known.hooks) this.watch.forgetDeliveries();
    // One after the other: deliveries of one backend must not overlap. What is decided meanwhile is told below.
    await this.#hooks[Symbol.asyncDispose]();
    this.#hooks = this.#openHooks(config);
    this.#deliver();
  }

  #openHooks(config: FarmConfig<AnyHookType>): FarmHooks {
    const { clock, log, dryRun, memory } = this.#around;
    const told = dryRun ? { ...config, hooks: [] } : config;
    return new FarmHooks(
      told,
      { clock, log, keepsake: (name) => memory.keepsake(config.id, name) },
      {
        attempted: (hook, attempt) => this.#attempted(hook, attempt),
        drifted: (hook, drift) => this.#found('drift', hook, drift),
        leftAlone: (hook, found) => this.#found('left-alone', hook, found),
      },
    );
  }

  /** Tells the hooks what they have not delivered yet. */
  #deliver(): void {
    for (const { desired, delivered } of this.watch.backends) if (desired) this.#hooks.resume(desired, delivered);
  }

  #subscribe(plan: PlannedCheck): void {
    const { id } = plan.backend;
    this.#around.roster.add({
      plan,
      intervalMs: () => this.watch.intervalMs(id),
      take: (result, durationMs) => this.#took(plan, result, durationMs),
    });
  }

  #took({ farm, backend: { id: backend } }: PlannedCheck, result: CheckResult, durationMs: number): void {
    const { clock, memory, log, events } = this.#around;
    log.debug({ farm, backend, status: result.status, code: result.code, durationMs }, oneLine(result.summary));
    const at = clock.wallTime();
    const { status, code } = result;
    const summary = oneLine(result.summary);
    memory.took({ farm, backend, status, code, summary, startedAt: at - durationMs, durationMs });
    events.emit('result', { farm, backend, result, durationMs });
    if (!this.watch.take(backend, result, at, durationMs)) return;
    const health = this.watch.health(backend);
    if (!hasJustTurned(health, at)) memory.journal.append({ type: 'counted', farm, backend, health });
    memory.touch();
  }

  #turned({ farm, backend: { id: backend }, definition }: PlannedCheck, to: Belief, result: CheckResult): void {
    const { memory, log, events } = this.#around;
    const { code } = result;
    const summary = oneLine(result.summary);
    const health = this.watch.health(backend);
    memory.journal.append({ type: 'turned', farm, backend, to, code, summary, definition, health });
    log[to === 'up' ? 'info' : 'warn']({ farm, backend, code }, `${to}: ${summary}`);
    events.emit('turned', { farm, backend, to, result });
  }

  #desired(decision: Decision): BackendChange {
    const { memory, events } = this.#around;
    const { type, ...change } = memory.journal.append({ type: 'desired', ...decision });
    this.#hooks.want(change);
    events.emit('desired', change);
    return change;
  }

  #attempted(hook: string, attempt: DeliveryAttempt): void {
    const { memory, events } = this.#around;
    const { change, error, durationMs, attempt: number, news } = attempt;
    const { farm, backend, state, sequence: of } = change;
    const outcome = error === undefined ? 'delivered' : 'failed';
    const about = { farm, backend, hook, state, of, outcome, attempt: number } as const;
    if (news) memory.journal.append({ type: 'delivery', ...about, durationMs, ...(error !== undefined && { error }) });
    if (error === undefined) {
      this.watch.delivered(backend, hook, of);
      memory.touch();
    }
    events.emit('delivery', { ...attempt, hook });
  }

  #found(type: 'drift' | 'left-alone', hook: string, { change, found }: Drift): void {
    const { farm, backend, state, sequence: of } = change;
    this.#around.memory.journal.append({ type, farm, backend, hook, state, of, found });
  }
}

/** Then its turn is in the journal already, with all there is to know of it. */
const hasJustTurned = (health: BackendHealth, at: number): boolean =>
  (health.state === 'up' || health.state === 'down') && health.since === at;

/** What an operator wrote becomes one clean line. */
const said = (text: string): string => oneLine(cleanText(text));

/** Hooks live on over a reload while these stay the same: what they are, and what they were told of their farm. */
interface HooksDefinition {
  readonly hooks: string;
  readonly farm: string;
}

const hooksDefinition = (config: FarmConfig<AnyHookType>): HooksDefinition => ({
  hooks: JSON.stringify([config.resyncMs, config.hooks.map(({ type, options }) => [type.name, options])]),
  farm: JSON.stringify(hookFarm(config)),
});

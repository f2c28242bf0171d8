import { isDeepStrictEqual } from 'node:util';
import { cleanText, oneLine } from '../checker/clean-text.ts';
import type { CheckResult } from '../checker/result.ts';
import type { FarmConfig } from '../config/config.ts';
import { type PlannedCheck, type PlannedFarm, planChecks } from '../farm/plan.ts';
import { type AdminOrder, hasExpired } from '../health/admin-order.ts';
import { beliefOf } from '../health/backend-health.ts';
import { evidenceIn } from '../health/evidence.ts';
import type { DeliveryAttempt } from '../hook/delivery.ts';
import type { AnyHookType, Outlook } from '../hook/hook.ts';
import type { Sharing } from '../hook/sharing.ts';
import type { BackendRecord, BackendRecords } from '../journal/backend-record.ts';
import type { Audience, CheckRoster } from './check-roster.ts';
import { type ChronicleParts, FarmChronicle } from './farm-chronicle.ts';
import { FarmHooks, hookDefinition, hookFarm } from './farm-hooks.ts';
import { type Decision, FarmWatch } from './farm-watch.ts';
import type { Isolation } from './isolation.ts';
import { recordOf, type WatchedBackend } from './watched-backend.ts';

/** What all farms of a guardian share. */
export interface FarmSurroundings extends ChronicleParts {
  readonly roster: CheckRoster;
  readonly isolation: Isolation;
  /** Whether hooks are told nothing. */
  readonly dryRun: boolean;
  readonly sharing: Sharing;
}

/** One farm at work: its beliefs and decisions, its hooks. Which of its checks are on the roster is its guardian's care. */
export class WatchedFarm implements Audience, AsyncDisposable {
  readonly watch: FarmWatch;
  readonly #around: FarmSurroundings;
  readonly #chronicle: FarmChronicle;
  #planned: PlannedFarm;
  #hooks: FarmHooks;
  #hooksDefinition: HooksDefinition;

  /** @param records what is remembered of its backends, by `FARM/BACKEND` */
  constructor(
    config: FarmConfig<AnyHookType>,
    records: BackendRecords,
    around: FarmSurroundings,
    plans: readonly PlannedCheck[] = planChecks(config),
  ) {
    this.#around = around;
    this.#chronicle = new FarmChronicle(around);
    this.#planned = { config, plans };
    this.watch = new FarmWatch(config, plans, records, {
      isFrozen: () => around.isolation.isolated,
      turned: (plan, { to }, health, result) => this.#chronicle.turned(plan, to, health, result),
      counted: (plan, health) => this.#chronicle.counted(plan, health),
      flap: (plan, flap) => this.#chronicle.flap(plan, flap),
      flapping: (plan, flapping, score) => this.#chronicle.flapping(plan, flapping, score),
      desired: (decision) => this.#desired(decision),
    });
    this.#hooks = this.#openHooks(config);
    this.#hooksDefinition = hooksDefinition(config);
    this.#deliver();
  }

  /** Its checks, and the config that they were planned by. */
  get planned(): PlannedFarm {
    return this.#planned;
  }

  /** Where its hooks stand. */
  get hooks(): FarmHooks {
    return this.#hooks;
  }

  /** Adds what is worth remembering of its backends, by `FARM/BACKEND`. */
  remember(records: [string, BackendRecord][]): void {
    for (const backend of this.watch.eachBackend()) records.push([backend.plan.id, recordOf(backend)]);
  }

  /** Milliseconds until it wants the next result of a check. */
  intervalMs({ backend }: PlannedCheck): number {
    return this.watch.intervalMs(backend.id);
  }

  /** Takes the result of a check. */
  take(plan: PlannedCheck, result: CheckResult, durationMs: number): void {
    const { clock, memory, isolation } = this.#around;
    const { watch } = this;
    const at = this.#chronicle.result(plan, result, durationMs);
    const health = watch.saw(plan.backend.id, result, at, durationMs)?.health;
    const evidence = evidenceIn(result, watch.config.evidence);
    isolation.weigh({
      id: plan.id,
      evidence,
      startedAt: clock.now() - durationMs,
      counts: health !== undefined && beliefOf(health) !== 'down',
      isDecisive: () => watch.wouldTurnDown(plan, evidence, at),
      believe: (understood) => {
        if (watch.believe(plan, understood, at, result)) memory.touch();
      },
    });
  }

  /** Takes an operator's order for one of its backends. */
  order({ plan }: WatchedBackend, given: AdminOrder, ended = false): void {
    const order = { ...given, author: said(given.author), reason: said(given.reason) };
    this.#chronicle.ordered(plan, order, ended);
    this.watch.order(plan.backend.id, order, ended);
    this.#around.roster.retime(plan);
  }

  /** Takes back what has come to its end. */
  endOrders(now: number): void {
    for (const backend of this.watch.backends) {
      const { admin } = backend;
      if (!admin || !hasExpired(admin, now)) continue;
      const reason = `${admin.state} of ${admin.author} has come to its end`;
      this.order(backend, { state: 'ready', author: 'farm-guardian', reason, until: null }, true);
    }
  }

  /**
   * Goes on under another config. Resolves once its hooks are in line as well.
   *
   * @param records what is remembered of backends that come back, by `FARM/BACKEND`
   */
  async adopt(config: FarmConfig<AnyHookType>, plans: readonly PlannedCheck[], records: BackendRecords): Promise<void> {
    if (config === this.#planned.config) return;
    this.#planned = { config, plans };
    const otherRhythm = !isDeepStrictEqual(this.watch.config.rhythm, config.rhythm);
    const ids = new Set(config.backends.map(({ id }) => id));
    for (const { plan } of this.watch.backends) if (!ids.has(plan.backend.id)) this.#hooks.forget(plan.backend.id);
    this.watch.adopt(config, plans, records);
    const closing = this.#adoptHooks(config);
    if (otherRhythm) for (const plan of plans) this.#around.roster.retime(plan);
    this.watch.start();
    await closing;
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
    // One after the other: deliveries of one backend must not overlap. What is decided meanwhile is told below.
    await this.#hooks[Symbol.asyncDispose]();
    this.#hooks = this.#openHooks(config);
    this.#deliver();
  }

  #openHooks(config: FarmConfig<AnyHookType>): FarmHooks {
    const { clock, log, memory, dryRun, sharing } = this.#around;
    const keepsake = (name: string) => memory.keepsake(config.id, name);
    const told = dryRun ? { ...config, hooks: [] } : config;
    const chronicle = this.#chronicle;
    return new FarmHooks(
      told,
      { clock, log, sharing, keepsake, look: (id) => this.#look(id) },
      {
        attempted: (hook, attempt, by) => this.#attempted(hook, attempt, by),
        drifted: (hook, drift) => chronicle.found('drift', hook, drift),
        leftAlone: (hook, found) => {
          chronicle.found('left-alone', hook, found);
          this.watch.leftAlone(found.change.backend, hook);
          memory.touch();
        },
      },
    );
  }

  #look(id: string): Outlook | undefined {
    const backend = this.watch.backend(id);
    return backend && { desired: backend.desired, status: backend.last?.status };
  }

  /** Tells the hooks what they did before, and what they have not delivered yet. */
  #deliver(): void {
    for (const backend of this.watch.eachBackend()) {
      const { id, desired, told } = backend;
      this.#hooks.recall(id, told);
      if (desired) this.#hooks.resume(desired, backend);
    }
  }

  #desired(decision: Decision) {
    const change = this.#chronicle.desired(decision);
    this.#hooks.want(change);
    return change;
  }

  #attempted(hook: string, attempt: DeliveryAttempt, by: string): void {
    this.watch.attempted({ hook, by, change: attempt.change, holds: attempt.error === undefined });
    this.#chronicle.attempted(hook, attempt, by);
  }
}

/** What an operator wrote becomes one clean line. */
const said = (text: string): string => oneLine(cleanText(text));

/** Hooks live on over a reload while these stay the same: what they are, and what they were told of their farm. */
interface HooksDefinition {
  readonly hooks: string;
  readonly farm: string;
}

const hooksDefinition = (config: FarmConfig<AnyHookType>): HooksDefinition => ({
  hooks: [config.resyncMs, ...config.hooks.map(hookDefinition)].join(' '),
  farm: JSON.stringify(hookFarm(config)),
});

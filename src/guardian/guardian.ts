import { oneLine } from '../checker/clean-text.ts';
import type { CheckResult } from '../checker/result.ts';
import { runCheck } from '../checker/run-check.ts';
import { packageVersion } from '../checker/version.ts';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Config } from '../config/config.ts';
import { type PlannedCheck, planChecks } from '../farm/plan.ts';
import { isSelected, type Selector } from '../farm/selector.ts';
import type { AnyHookType } from '../hook/hook.ts';
import type { DeliveryAttempt } from '../hook/reconcile.ts';
import type { BackendRecord } from '../journal/backend-record.ts';
import type { FarmSettings } from '../journal/journal-entry.ts';
import { type Logger, silentLogger } from '../log/logger.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { createEvents, type GuardianEvents } from './events.ts';
import { FarmHooks } from './farm-hooks.ts';
import { FarmWatch } from './farm-watch.ts';
import type { GuardianStatus } from './guardian-status.ts';
import { Memory } from './memory.ts';
import { preflight } from './preflight.ts';
import { statusOf } from './status-of.ts';

/** What a guardian may be given besides its config. */
export interface GuardianOptions {
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** A running guardian. */
export interface Guardian extends AsyncDisposable {
  readonly events: GuardianEvents;
  /** Resolves once it has stopped; rejects when it failed. */
  readonly done: Promise<void>;
  status(): GuardianStatus;
  /** Runs the selected checks now, all of them without a selector. Gives how many there are. */
  recheck(...selectors: Selector[]): number;
  /** Ends checks and deliveries without a result, writes the memory down, and touches no state and no hook. */
  stop(): Promise<void>;
}

/**
 * Starts to watch the farms of a config: checks, believes, decides, and tells the hooks.
 *
 * @throws GuardianError when the state folder cannot be used or a hook cannot work
 */
export const startGuardian = async (
  config: Config<AnyHookType>,
  { clock = systemClock, log = silentLogger }: GuardianOptions = {},
): Promise<Guardian> => {
  await preflight(config, { environment: true });
  const memory = await Memory.open({ folder: config.stateDir, maxAgeMs: config.snapshotMaxAgeMs, clock, log });
  return new RunningGuardian(config, memory, clock, log);
};

const settingsOf = ({ farms }: Config): Record<string, FarmSettings> =>
  Object.fromEntries(
    farms.map(({ id, policy: { rise, fall }, rhythm: { intervalMs, fastIntervalMs, downIntervalMs } }) => [
      id,
      { rise, fall, intervalMs, fastIntervalMs, downIntervalMs },
    ]),
  );

interface WatchedFarm {
  readonly watch: FarmWatch;
  readonly hooks: FarmHooks;
}

class RunningGuardian implements Guardian {
  readonly events = createEvents();
  readonly done: Promise<void>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #memory: Memory;
  readonly #scheduler: Scheduler;
  readonly #farms = new Map<string, WatchedFarm>();
  readonly #startedAt: number;
  #strays = 0;
  #stopping: Promise<void> | undefined;
  #end: (error?: unknown) => void = () => {};

  constructor(config: Config<AnyHookType>, memory: Memory, clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.#memory = memory;
    this.#scheduler = new Scheduler(clock);
    this.#startedAt = clock.wallTime();
    this.done = new Promise((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever does not look at `done` must not be ended by it.
    this.done.catch(() => {});
    memory.journal.append({ type: 'start', farms: settingsOf(config) });
    for (const farm of config.farms) this.#watch(farm);
    memory.remember(() => this.#records());
  }

  status(): GuardianStatus {
    return statusOf({
      version: packageVersion,
      startedAt: this.#startedAt,
      farms: [...this.#farms.values()],
      schedule: this.#scheduler.stats,
      strays: this.#strays,
      journalFault: this.#memory.journal.fault,
    });
  }

  recheck(...selectors: Selector[]): number {
    const plans = this.#plans().filter(({ farm, backend }) => isSelected(selectors, farm, backend.id));
    for (const { id } of plans) this.#scheduler.recheck(id);
    return plans.length;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop().then(() => this.#end());
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #watch(farm: Config<AnyHookType>['farms'][number]): void {
    const plans = planChecks(farm);
    const log = this.#log;
    const hooks = new FarmHooks(farm, { clock: this.#clock, log }, (hook, attempt) => this.#attempted(hook, attempt));
    const watch = new FarmWatch(farm, plans, this.#memory.recovered, {
      turned: ({ farm, backend, definition }, to, result) => {
        const { code } = result;
        const summary = oneLine(result.summary);
        this.#memory.journal.append({ type: 'turned', farm, backend: backend.id, to, code, summary, definition });
        this.#log[to === 'up' ? 'info' : 'warn']({ farm, backend: backend.id, code }, `${to}: ${summary}`);
        this.events.emit('turned', { farm, backend: backend.id, to, result });
      },
      desired: (decision) => {
        const { type, ...change } = this.#memory.journal.append({ type: 'desired', ...decision });
        hooks.want(change);
        this.events.emit('desired', change);
        return change;
      },
    });
    this.#farms.set(farm.id, { watch, hooks });
    for (const { desired, delivered } of watch.backends) if (desired) hooks.want(desired, delivered);
    watch.start();
    for (const plan of plans)
      this.#scheduler.add({
        id: plan.id,
        intervalMs: () => watch.intervalMs(plan.backend.id),
        run: (signal) => this.#run(watch, plan, signal).catch((error) => this.#fail(error)),
      });
  }

  async #run(watch: FarmWatch, { farm, backend, check, rhythm }: PlannedCheck, signal: AbortSignal): Promise<void> {
    const { timeoutMs } = rhythm;
    const startedAt = this.#clock.now();
    const outcome = await runCheck(check, {
      timeoutMs,
      clock: this.#clock,
      log: this.#log,
      signal,
      onStray: (ended) => this.#stray(farm, backend.id, ended),
    });
    if (outcome === 'cancelled') return;
    this.#took(watch, { farm, backend: backend.id, result: outcome }, this.#clock.now() - startedAt);
  }

  #took(watch: FarmWatch, event: { farm: string; backend: string; result: CheckResult }, durationMs: number): void {
    const { farm, backend, result } = event;
    this.#log.debug({ farm, backend, status: result.status, code: result.code, durationMs }, oneLine(result.summary));
    const at = this.#clock.wallTime();
    const { status, code } = result;
    const summary = oneLine(result.summary);
    this.#memory.took({ farm, backend, status, code, summary, startedAt: at - durationMs, durationMs });
    this.events.emit('result', event);
    if (watch.take(backend, result, at, durationMs)) this.#memory.touch();
  }

  #stray(farm: string, backend: string, ended: Promise<void>): void {
    this.#strays++;
    this.#log.error({ farm, backend }, 'a checker ignores the end of its time');
    void ended.then(() => {
      this.#strays--;
    });
  }

  #attempted(hook: string, attempt: DeliveryAttempt): void {
    const { change, error, retryInMs, durationMs } = attempt;
    const { farm, backend, state, sequence: of } = change;
    const outcome = error === undefined ? 'delivered' : 'failed';
    const about = { farm, backend, hook, state, of, outcome, attempt: attempt.attempt } as const;
    this.#memory.journal.append({ type: 'delivery', ...about, durationMs, ...(error !== undefined && { error }) });
    if (error === undefined) {
      this.#farms.get(farm)?.watch.delivered(backend, hook, of);
      this.#memory.touch();
      this.#log.info(about, `${hook} delivered ${state}`);
    } else this.#log.warn({ ...about, retryInMs }, `${hook} could not deliver ${state}: ${error}`);
    this.events.emit('delivery', { ...attempt, hook });
  }

  #records(): ReadonlyMap<string, BackendRecord> {
    const backends = [...this.#farms.values()].flatMap(({ watch }) => watch.backends);
    return new Map(
      backends.map(({ plan: { id, definition }, health, reason, desired, delivered }) => [
        id,
        { definition, health, reason, desired, delivered },
      ]),
    );
  }

  #plans(): readonly PlannedCheck[] {
    return [...this.#farms.values()].flatMap(({ watch }) => watch.backends.map(({ plan }) => plan));
  }

  /** A bug of ours: better to stop with a message than to go on with beliefs that may be wrong. */
  #fail(error: unknown): void {
    this.#stopping ??= this.#stop().then(() => this.#end(error));
  }

  async #stop(): Promise<void> {
    await this.#scheduler[Symbol.asyncDispose]();
    await Promise.all([...this.#farms.values()].map(({ hooks }) => hooks[Symbol.asyncDispose]()));
    await this.#memory[Symbol.asyncDispose]();
  }
}

import type { Clock } from '../clock/clock.ts';
import type { DeliveryAttempt, DeliveryReports, Drift } from '../hook/delivery.ts';
import { FaultLog } from '../hook/fault-log.ts';
import type { HookDriver } from '../hook/hook.ts';
import { Reconciler } from '../hook/reconcile.ts';
import type { Logger } from '../log/logger.ts';
import type { HookReports } from './farm-hooks.ts';

/** What {@link FarmHook} is made of. */
export interface FarmHookOptions {
  /** Its name in status, metrics and journal. */
  readonly name: string;
  /** Stands for how it is configured. */
  readonly definition: string;
  /** Id of its farm. */
  readonly farm: string;
  readonly driver: HookDriver;
  /** How often the balancer is read back, or told again; `undefined` for never. */
  readonly resyncMs: number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly reports: HookReports;
}

/** One hook of one farm: what it does, with its name on it, in the log and in the reports. */
export class FarmHook {
  readonly name: string;
  readonly definition: string;
  readonly driver: HookDriver;
  readonly reconciler: Reconciler;
  readonly #options: FarmHookOptions;
  readonly #undelivered: FaultLog;
  readonly #unread: FaultLog;

  constructor(options: FarmHookOptions) {
    const { name, definition, driver, farm, resyncMs, clock, log } = options;
    this.name = name;
    this.definition = definition;
    this.driver = driver;
    this.#options = options;
    this.#undelivered = new FaultLog(clock, log);
    this.#unread = new FaultLog(clock, log);
    const reports: DeliveryReports = {
      attempted: (attempt) => this.#attempted(attempt),
      drifted: (drift) => this.#drifted(drift),
      leftAlone: (found) => this.#leftAlone(found),
      unread: (error) => this.#couldNotRead(error),
    };
    this.reconciler = new Reconciler({ farm, driver, clock, resyncMs, reports });
  }

  #attempted(attempt: DeliveryAttempt): void {
    const { name, farm, log, reports } = this.#options;
    const { change, error, retryInMs } = attempt;
    const { backend, state } = change;
    const about = { farm, backend, hook: name, state, of: change.sequence, attempt: attempt.attempt };
    // Told first: a listener that breaks must not keep the journal from knowing.
    reports.attempted(name, attempt, this.definition);
    if (error !== undefined) {
      this.#undelivered.failed(`${name} could not deliver ${state}: ${error}`, { ...about, retryInMs });
      return;
    }
    log.info(about, `${name} delivered ${state}`);
    if (this.#undelivered.any && this.reconciler.pending === 0)
      this.#undelivered.healed({ farm, hook: name }, `${name} has delivered everything`);
  }

  #drifted(drift: Drift): void {
    const { name, farm, log, reports } = this.#options;
    const { backend, state } = drift.change;
    const found = drift.found ?? 'no such backend';
    log.warn({ farm, backend, hook: name }, `${name} finds ${found} where it had delivered ${state}: corrects it`);
    reports.drifted(name, drift);
  }

  #leftAlone(drift: Drift): void {
    const { name, farm, log, reports } = this.#options;
    const { backend, state } = drift.change;
    log.warn(
      { farm, backend, hook: name },
      `${name} finds ${drift.found}, set there by an operator: does not deliver ${state}`,
    );
    reports.leftAlone(name, drift);
  }

  #couldNotRead(error: string | undefined): void {
    const { name, farm } = this.#options;
    const about = { farm, hook: name };
    if (error === undefined) this.#unread.healed(about, `${name} can read its balancer again`);
    else this.#unread.failed(`${name} cannot read its balancer: ${error}`, about);
  }
}

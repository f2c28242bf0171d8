import type { CheckResult } from '../checker/result.ts';
import type { Clock } from '../clock/clock.ts';
import type { StopSignal } from '../clock/stop.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import type { RoomLimits } from '../schedule/room.ts';
import { Scheduler, type ScheduleStats } from '../schedule/scheduler.ts';
import type { CheckRuns } from './check-runs.ts';

/** A backend that wants the results of its check. */
export interface Subscriber {
  readonly plan: PlannedCheck;
  /** Milliseconds until it wants the next result, asked after each one. */
  intervalMs(): number;
  take(result: CheckResult, durationMs: number): void;
}

/** What {@link CheckRoster} is made of. */
export interface RosterOptions {
  readonly clock: Clock;
  readonly runs: CheckRuns;
  readonly limits: RoomLimits;
  /** Told of what a subscriber threw. */
  readonly onError: (error: unknown) => void;
}

/**
 * The checks on the schedule. Backends of several farms that are checked in the very same way share one run, at the
 * fastest rhythm that any of them wants.
 */
export class CheckRoster implements AsyncDisposable {
  readonly #options: RosterOptions;
  readonly #scheduler: Scheduler;
  readonly #subscribers = new Map<string, Map<string, Subscriber>>();

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#scheduler = new Scheduler(options.clock, options.limits);
  }

  /** What the scheduler counted. */
  get stats(): ScheduleStats {
    return this.#scheduler.stats;
  }

  /** Other limits from now on. */
  limit(limits: RoomLimits): void {
    this.#scheduler.limit(limits);
  }

  /** Puts the check of a backend on the schedule, or joins the one that is there. */
  add(subscriber: Subscriber): void {
    const { plan } = subscriber;
    const known = this.#subscribers.get(plan.run);
    if (known) {
      known.set(plan.id, subscriber);
      this.#scheduler.retime(plan.run);
      return;
    }
    const subscribers = new Map([[plan.id, subscriber]]);
    this.#subscribers.set(plan.run, subscribers);
    this.#scheduler.add({
      id: plan.run,
      group: plan.check.target.host,
      intervalMs: () => wantedInterval(subscribers),
      run: (signal) => this.#run(plan, subscribers, signal),
    });
  }

  /** No more results for a backend; resolves once a run that only it wanted has ended. */
  async remove({ id, run }: PlannedCheck): Promise<void> {
    const subscribers = this.#subscribers.get(run);
    if (!subscribers?.delete(id) || subscribers.size > 0) return;
    this.#subscribers.delete(run);
    await this.#scheduler.remove(run);
  }

  /** Asks for the wanted rhythm again, because it may have changed between two runs. */
  retime({ run }: PlannedCheck): void {
    this.#scheduler.retime(run);
  }

  /** Runs the check of a backend now, or as soon as its run that is going on has ended. */
  recheck({ run }: PlannedCheck): void {
    this.#scheduler.recheck(run);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scheduler[Symbol.asyncDispose]();
  }

  #run(plan: PlannedCheck, subscribers: ReadonlyMap<string, Subscriber>, signal: StopSignal): Promise<void> {
    const { clock, runs, onError } = this.#options;
    const startedAt = clock.now();
    return runs.run(plan, signal).then((outcome) => {
      if (outcome === 'cancelled') return;
      const durationMs = clock.now() - startedAt;
      try {
        for (const subscriber of subscribers.values()) subscriber.take(outcome, durationMs);
      } catch (error) {
        onError(error);
      }
    });
  }
}

/** The rhythm of the most eager. */
const wantedInterval = (subscribers: ReadonlyMap<string, Subscriber>): number => {
  let wantedMs = Number.POSITIVE_INFINITY;
  for (const subscriber of subscribers.values()) wantedMs = Math.min(wantedMs, subscriber.intervalMs());
  return wantedMs;
};

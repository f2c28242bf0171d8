import type { CheckResult } from '../checker/result.ts';
import type { Clock } from '../clock/clock.ts';
import type { StopSignal } from '../clock/stop.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import { inTurnOrder } from '../schedule/jitter.ts';
import type { RoomLimits } from '../schedule/room.ts';
import { type ScheduledTask, Scheduler, type ScheduleStats } from '../schedule/scheduler.ts';
import type { CheckRuns } from './check-runs.ts';

/** A farm that wants the results of its checks. */
export interface Audience {
  /** Milliseconds until it wants the next result of a check, asked after each one. */
  intervalMs(plan: PlannedCheck): number;
  take(plan: PlannedCheck, result: CheckResult, durationMs: number): void;
}

/** A backend's wish for the results of its check. */
export interface Wish {
  readonly plan: PlannedCheck;
  readonly audience: Audience;
}

/** What {@link CheckRoster} is made of. */
export interface RosterOptions {
  readonly clock: Clock;
  readonly runs: CheckRuns;
  readonly limits: RoomLimits;
  /** Told of what an audience threw. */
  readonly onError: (error: unknown) => void;
}

/**
 * The checks on the schedule. Backends of several farms that are checked in the very same way share one run, at the
 * fastest rhythm that any of them wants.
 */
export class CheckRoster implements AsyncDisposable {
  readonly #options: RosterOptions;
  readonly #scheduler: Scheduler;
  readonly #checks = new Map<string, SharedCheck>();

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

  /** Puts the checks of backends on the schedule, or joins those that are there. */
  add(wishes: readonly Wish[]): void {
    // What has its turn one after the other lies side by side in memory then: a check costs a twentieth less.
    for (const wish of inTurnOrder(wishes, ({ plan }) => plan.run)) this.#add(wish);
  }

  /** No more results for a backend; resolves once a run that only it wanted has ended. */
  async remove({ id, run }: PlannedCheck): Promise<void> {
    const check = this.#checks.get(run);
    if (!check?.leave(id) || check.isWanted) return;
    this.#checks.delete(run);
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

  #add(wish: Wish): void {
    const { run } = wish.plan;
    const known = this.#checks.get(run);
    if (known) {
      known.join(wish);
      this.#scheduler.retime(run);
      return;
    }
    const check = new SharedCheck(wish, this.#options);
    this.#checks.set(run, check);
    this.#scheduler.add(check);
  }
}

/** One check on the schedule, and who wants its results. There may be ten thousand, so it is small. */
class SharedCheck implements ScheduledTask {
  readonly id: string;
  readonly group: string;
  readonly #options: RosterOptions;
  /** Another list after each change: a result is told to those who wanted it when it came. */
  #wishes: readonly Wish[];

  constructor(wish: Wish, options: RosterOptions) {
    const { run, check } = wish.plan;
    this.id = run;
    this.group = check.target.host;
    this.#options = options;
    this.#wishes = [wish];
  }

  get isWanted(): boolean {
    return this.#wishes.length > 0;
  }

  join(wish: Wish): void {
    this.#wishes = [...this.#others(wish.plan.id), wish];
  }

  /** Gives whether a backend, by `FARM/BACKEND`, was among them. */
  leave(id: string): boolean {
    const others = this.#others(id);
    const left = others.length < this.#wishes.length;
    this.#wishes = others;
    return left;
  }

  /** The rhythm of the most eager. */
  intervalMs(): number {
    let wantedMs = Number.POSITIVE_INFINITY;
    for (const { plan, audience } of this.#wishes) wantedMs = Math.min(wantedMs, audience.intervalMs(plan));
    return wantedMs;
  }

  run(signal: StopSignal): Promise<void> {
    const { clock, runs } = this.#options;
    const [first] = this.#wishes;
    if (!first) return Promise.resolve();
    const startedAt = clock.now();
    return runs.run(first.plan, signal).then((outcome) => {
      if (outcome !== 'cancelled') this.#tell(outcome, clock.now() - startedAt);
    });
  }

  #tell(result: CheckResult, durationMs: number): void {
    try {
      for (const { plan, audience } of this.#wishes) audience.take(plan, result, durationMs);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #others(id: string): Wish[] {
    return this.#wishes.filter(({ plan }) => plan.id !== id);
  }
}

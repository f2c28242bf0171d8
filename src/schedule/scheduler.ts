import type { Clock, Timer } from '../clock/clock.ts';
import { nextSlot, phaseOf } from './jitter.ts';

/** Something that runs again and again. */
export interface ScheduledTask {
  /** Decides the phase; unique within the scheduler. */
  readonly id: string;
  /** Milliseconds between two starts, asked anew after each run, since it depends on the health. */
  intervalMs(): number;
  /** One run. Must not reject; must end soon after `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** What the scheduler counted since it was made. */
export interface ScheduleStats {
  /** Runs started. */
  readonly started: number;
  /** Runs skipped because the run before them was still going on. */
  readonly missed: number;
  /** How late the latest run started, in milliseconds. */
  readonly latenessMs: number;
}

interface Entry {
  readonly task: ScheduledTask;
  readonly phase: number;
  readonly abort: AbortController;
  timer: Timer | undefined;
  running: Promise<void> | undefined;
  recheck: boolean;
  /** When the latest run was due. */
  lastDue: number;
}

/**
 * Starts tasks at a fixed rate on the monotonic clock. Each has its own place in the interval (see `phaseOf`), never
 * overlaps itself, and never drifts: a start that comes due while the task still runs is skipped and counted.
 */
export class Scheduler implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  /** Turns monotonic time into a grid that a restart finds again: time since the epoch as it was at the start. */
  readonly #epochMs: number;
  readonly #stats = { started: 0, missed: 0, latenessMs: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#epochMs = clock.wallTime() - clock.now();
  }

  /** A copy of the counters. */
  get stats(): ScheduleStats {
    return { ...this.#stats };
  }

  /** Puts a task on the schedule; its first run comes within one interval. */
  add(task: ScheduledTask): void {
    if (this.#entries.has(task.id)) throw new Error(`task ${task.id} is scheduled already`);
    const entry: Entry = {
      task,
      phase: phaseOf(task.id),
      abort: new AbortController(),
      timer: undefined,
      running: undefined,
      recheck: false,
      lastDue: Number.NEGATIVE_INFINITY,
    };
    this.#entries.set(task.id, entry);
    this.#arm(entry, nextSlot(this.#now(), task.intervalMs(), entry.phase));
  }

  /** Runs a task now, or again as soon as the run that is going on has ended. Its grid stays. */
  recheck(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    if (entry.running) entry.recheck = true;
    else this.#start(entry, this.#now());
  }

  /** Asks a task for its interval again, because it may have changed between two runs. */
  retime(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.running) return;
    entry.timer?.cancel();
    const intervalMs = entry.task.intervalMs();
    this.#arm(entry, nextSlot(Math.max(this.#now(), entry.lastDue + intervalMs / 2), intervalMs, entry.phase));
  }

  /** Takes a task off the schedule, cancels its run and waits for the run's end. */
  async remove(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    entry.timer?.cancel();
    entry.abort.abort();
    await entry.running;
  }

  /** Removes every task and waits for the runs that are going on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.remove(id)));
  }

  #now(): number {
    return this.#epochMs + this.#clock.now();
  }

  #arm(entry: Entry, due: number): void {
    entry.timer = this.#clock.setTimer(() => this.#start(entry, due), due - this.#now());
  }

  #start(entry: Entry, due: number): void {
    entry.timer?.cancel();
    entry.timer = undefined;
    entry.lastDue = due;
    this.#stats.started++;
    this.#stats.latenessMs = Math.max(0, this.#now() - due);
    entry.running = entry.task.run(entry.abort.signal).then(() => this.#ended(entry, due));
  }

  #ended(entry: Entry, due: number): void {
    entry.running = undefined;
    if (entry.abort.signal.aborted) return;
    const now = this.#now();
    if (entry.recheck) {
      entry.recheck = false;
      this.#start(entry, now);
      return;
    }
    // Half an interval of distance at least: the grid of a new interval may have a point just after this run.
    const intervalMs = entry.task.intervalMs();
    const next = nextSlot(due + intervalMs / 2, intervalMs, entry.phase);
    const missed = Math.max(0, Math.ceil((now - next) / intervalMs));
    this.#stats.missed += missed;
    this.#arm(entry, next + missed * intervalMs);
  }
}

import type { Clock, Timer } from '../clock/clock.ts';
import { Stop, type StopSignal } from '../clock/stop.ts';
import { type Due, DueQueue } from './due-queue.ts';
import { nextSlot, phaseOf } from './jitter.ts';
import { Lateness, type LatenessStats } from './lateness.ts';
import { type Group, Room, type RoomLimits } from './room.ts';

/** Starts runs for so long at most, in milliseconds, before it lets the answers of others in. */
const longestTurnMs = 3;

/**
 * Turns come so far apart at least, in milliseconds, unless one has left something over: connections that are opened
 * in one turn of the event loop are answered in one as well, which costs a fifth less than one by one.
 */
const betweenTurnsMs = 5;

/** Something that runs again and again. */
export interface ScheduledTask {
  /** Decides the phase; unique within the scheduler. */
  readonly id: string;
  /** What it burdens, such as a host. */
  readonly group: string;
  /** Milliseconds between two starts, asked anew after each run, since it depends on the health. */
  intervalMs(): number;
  /** One run. Must not reject; must end soon after `signal` aborts. */
  run(signal: StopSignal): Promise<void>;
}

/** What the scheduler counted since it was made. */
export interface ScheduleStats {
  /** Tasks on the schedule. */
  readonly tasks: number;
  /** Runs under way. */
  readonly running: number;
  /** Runs that are due and wait for room. */
  readonly waiting: number;
  /** Runs started. */
  readonly started: number;
  /** Runs skipped because the run before them was still going on, or because we were too late ourselves. */
  readonly missed: number;
  /** How late the latest run started, in milliseconds. */
  readonly latenessMs: number;
  /** How late runs started, the wait for room included. */
  readonly lateness: LatenessStats;
}

interface Entry extends Due {
  readonly task: ScheduledTask;
  readonly group: Group<Entry>;
  readonly phase: number;
  /** Of the latest plan. */
  intervalMs: number;
  readonly stop: Stop;
  running: Promise<void> | undefined;
  /** Whether it is due and waits for room. */
  waiting: boolean;
  recheck: boolean;
  /** When the latest run was due. */
  lastDue: number;
}

/**
 * Starts tasks at a fixed rate on the monotonic clock. Each has its own place in the interval (see `phaseOf`), never
 * overlaps itself, and never drifts: a start that comes due while the task still runs is skipped and counted. One
 * timer serves them all.
 */
export class Scheduler implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new DueQueue<Entry>();
  readonly #room: Room<Entry>;
  readonly #lateness = new Lateness();
  /** Turns monotonic time into a grid that a restart finds again: time since the epoch as it was at the start. */
  readonly #epochMs: number;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #noTurnBefore = Number.NEGATIVE_INFINITY;
  #missed = 0;

  constructor(clock: Clock, limits: RoomLimits) {
    this.#clock = clock;
    this.#room = new Room(limits);
    this.#epochMs = clock.wallTime() - clock.now();
  }

  /** A copy of the counters. */
  get stats(): ScheduleStats {
    const lateness = this.#lateness.stats;
    return {
      tasks: this.#entries.size,
      running: this.#room.running,
      waiting: this.#room.waiting,
      started: lateness.count,
      missed: this.#missed,
      latenessMs: this.#lateness.latestMs,
      lateness,
    };
  }

  /** Other limits from now on. */
  limit(limits: RoomLimits): void {
    this.#room.limit(limits);
  }

  /** Puts a task on the schedule; its first run comes within one interval. */
  add(task: ScheduledTask): void {
    const { id } = task;
    if (this.#entries.has(id)) throw new Error(`task ${id} is scheduled already`);
    const entry: Entry = {
      task,
      group: this.#room.join(task.group),
      phase: phaseOf(id),
      intervalMs: 0,
      stop: new Stop(),
      due: 0,
      place: -1,
      running: undefined,
      waiting: false,
      recheck: false,
      lastDue: Number.NEGATIVE_INFINITY,
    };
    this.#entries.set(id, entry);
    const intervalMs = task.intervalMs();
    this.#plan(entry, nextSlot(this.#now(), intervalMs, entry.phase), intervalMs);
  }

  /** Runs a task now, or again as soon as the run that is going on has ended. Its grid stays. */
  recheck(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.waiting) return;
    if (entry.running) entry.recheck = true;
    else this.#begin(entry, this.#now());
  }

  /** Asks a task for its interval again, because it may have changed between two runs. */
  retime(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.running || entry.waiting) return;
    const intervalMs = entry.task.intervalMs();
    const from = Math.max(this.#now(), entry.lastDue + intervalMs / 2);
    this.#plan(entry, nextSlot(from, intervalMs, entry.phase), intervalMs);
  }

  /** Takes a task off the schedule, cancels its run and waits for the run's end. */
  async remove(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#queue.delete(entry);
    this.#room.quit(entry);
    this.#setTimer();
    entry.stop.abort();
    await entry.running;
  }

  /** Removes every task and waits for the runs that are going on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.remove(id)));
  }

  #now(): number {
    return this.#epochMs + this.#clock.now();
  }

  #plan(entry: Entry, due: number, intervalMs: number): void {
    entry.due = due;
    entry.intervalMs = intervalMs;
    this.#queue.set(entry);
    this.#setTimer();
  }

  /** The one timer stands at the earliest entry; one that stands earlier fires for nothing, which is cheaper than another. */
  #setTimer(): void {
    const { first } = this.#queue;
    if (!first) {
      this.#timer?.cancel();
      this.#timerAt = Number.POSITIVE_INFINITY;
    } else if (first.due < this.#timerAt) {
      this.#timer?.cancel();
      this.#timerAt = first.due;
      const at = Math.max(first.due, this.#noTurnBefore);
      this.#timer = this.#clock.setTimer(() => this.#turn(), at - this.#now());
    }
  }

  #turn(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const startedAt = this.#now();
    for (let now = startedAt; now - startedAt < longestTurnMs; now = this.#now()) {
      const { first } = this.#queue;
      if (!first || first.due > now) break;
      if (!this.#isTooLate(first, now)) this.#begin(first, first.due);
    }
    const { first } = this.#queue;
    const leftOver = first !== undefined && first.due <= startedAt;
    this.#noTurnBefore = leftOver ? startedAt : startedAt + betweenTurnsMs;
    this.#setTimer();
  }

  /** After a suspension everything is due at once: what has missed its turn waits for its place on the grid. */
  #isTooLate(entry: Entry, now: number): boolean {
    const missed = Math.floor((now - entry.due) / entry.intervalMs);
    if (missed < 1) return false;
    this.#missed += missed;
    const intervalMs = entry.task.intervalMs();
    this.#plan(entry, nextSlot(now, intervalMs, entry.phase), intervalMs);
    return true;
  }

  #begin(entry: Entry, due: number): void {
    this.#queue.delete(entry);
    entry.due = due;
    entry.waiting = !this.#room.enter(entry);
    if (!entry.waiting) this.#start(entry);
  }

  #start(entry: Entry): void {
    entry.waiting = false;
    entry.lastDue = entry.due;
    this.#lateness.take(Math.max(0, this.#now() - entry.due));
    entry.running = entry.task.run(entry.stop).then(() => this.#ended(entry));
  }

  #ended(entry: Entry): void {
    entry.running = undefined;
    for (const next of this.#room.leave(entry)) this.#start(next);
    if (entry.stop.aborted) return;
    const now = this.#now();
    if (entry.recheck) {
      entry.recheck = false;
      this.#begin(entry, now);
      return;
    }
    // Half an interval of distance at least: the grid of a new interval may have a point just after this run.
    const intervalMs = entry.task.intervalMs();
    const next = nextSlot(entry.due + intervalMs / 2, intervalMs, entry.phase);
    const missed = Math.max(0, Math.ceil((now - next) / intervalMs));
    this.#missed += missed;
    this.#plan(entry, next + missed * intervalMs, intervalMs);
  }
}

import type { Clock, Timer } from '../clock/clock.ts';
import { backoffMs } from './backoff.ts';
import { carry } from './carry.ts';
import type { DeliveryCounts, DeliveryReports, LaneStatus } from './delivery.ts';
import type { BackendChange, HookDriver, ObservedState } from './hook.ts';
import { type Flight, Lane } from './lane.ts';
import { LaneQueue } from './lane-queue.ts';
import { Readback } from './readback.ts';

/** What {@link Reconciler} is made of. */
export interface ReconcilerOptions {
  /** Id of the farm. */
  readonly farm: string;
  readonly driver: HookDriver;
  readonly clock: Clock;
  readonly reports: DeliveryReports;
  /** How often the balancer is read back, or told again; `undefined` for never. */
  readonly resyncMs: number | undefined;
  /** How many deliveries of a driver that takes one change at a time may be under way at once. Default 8. */
  readonly width?: number;
}

/**
 * Brings one hook of one farm to the desired states, level-triggered: the newest change of each backend is tried until
 * it holds or a newer one supersedes it, and is looked after at each resync. Deliveries of one backend never overlap;
 * backends do not wait for each other.
 */
export class Reconciler implements AsyncDisposable {
  readonly #options: ReconcilerOptions;
  readonly #batch: number;
  readonly #width: number;
  readonly #lanes = new Map<string, Lane>();
  readonly #queue = new LaneQueue();
  readonly #readback: Readback;
  readonly #flying = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #counts = { delivered: 0, failed: 0, resynced: 0, drifted: 0, unread: 0 };
  #heldUntil = Number.NEGATIVE_INFINITY;
  #hold: Timer | undefined;
  #resync: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    const { driver, farm, reports, width = 8 } = options;
    this.#batch = driver.batch ?? 1;
    this.#width = this.#batch > 1 ? 1 : width;
    this.#readback = new Readback(driver, farm, {
      ...reports,
      unread: (error) => {
        if (error !== undefined) this.#counts.unread++;
        reports.unread(error);
      },
    });
    // A balancer that can be read is read before it is told anything.
    if (driver.observe) this.#resyncIn(0);
    else this.#resyncNext();
  }

  /** How often it did what so far. */
  get counts(): DeliveryCounts {
    return { ...this.#counts };
  }

  /** How many backends' newest change is not known to hold. */
  get pending(): number {
    return [...this.#lanes.values()].filter(({ pending }) => pending).length;
  }

  /** Wants a change to hold from now on; supersedes what is still pending for its backend. */
  want(change: BackendChange): void {
    if (this.#stop.signal.aborted) return;
    const lane = this.#lane(change, change.previous === null ? [] : [change.previous]);
    lane.supersede(change);
    if (lane.phase.is !== 'flying') this.#enqueue(lane, 'fresh');
  }

  /**
   * Goes on, after a restart, with a change from before. One that was `delivered` is only looked after by resyncs; one
   * that is `pending` may have been taken all the same, by a balancer whose answer came too late. To a `new` hook
   * nothing was delivered at all.
   */
  resume(change: BackendChange, standing: 'delivered' | 'pending' | 'new'): void {
    const { previous, state } = change;
    const ours = { delivered: [state], pending: [state, ...(previous === null ? [] : [previous])], new: [] };
    const lane = this.#lane(change, ours[standing]);
    if (standing !== 'delivered') this.#enqueue(lane, 'fresh');
  }

  /** Wants nothing of a backend any more; an attempt under way still ends. */
  forget(backend: string): void {
    const lane = this.#lanes.get(backend);
    if (!lane) return;
    lane.forgotten = true;
    this.#queue.remove(lane);
    // One under way stays, so that it cannot overlap with the first of a backend that is added again.
    if (lane.phase.is !== 'flying') this.#drop(lane);
  }

  /** Where a backend stands. */
  statusOf(backend: string): LaneStatus {
    const shows = this.#readback.of(backend)?.word ?? null;
    const status = this.#lanes.get(backend)?.status ?? { outcome: 'delivered', attempts: 0, error: null };
    const unread = status.outcome === 'delivered' ? (this.#readback.fault ?? null) : status.error;
    return { ...status, error: unread, shows };
  }

  /** Ends the deliveries under way without a result, and the driver. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#resync?.cancel();
    this.#hold?.cancel();
    for (const lane of this.#lanes.values()) if (lane.phase.is === 'resting') lane.enter({ is: 'queued' });
    await Promise.all([...this.#flying, this.#looking]);
    await this.#options.driver[Symbol.asyncDispose]();
  }

  #lane(change: BackendChange, ours: readonly BackendChange['state'][]): Lane {
    const known = this.#lanes.get(change.backend);
    if (known) return known;
    const lane = new Lane(change, ours);
    this.#lanes.set(change.backend, lane);
    return lane;
  }

  #drop(lane: Lane): void {
    lane.enter({ is: 'settled' });
    this.#lanes.delete(lane.wanted.backend);
  }

  #enqueue(lane: Lane, when: 'fresh' | 'again'): void {
    this.#queue.add(lane, when);
    // What is wanted in one go is delivered in one batch.
    if (this.#batch > 1) queueMicrotask(() => this.#pump());
    else this.#pump();
  }

  /** Starts as many deliveries as there is room for. */
  #pump(): void {
    const { clock } = this.#options;
    while (!this.#stop.signal.aborted && this.#flying.size < this.#width) {
      const holdMs = this.#heldUntil - clock.now();
      if (holdMs > 0) {
        this.#hold?.cancel();
        this.#hold = clock.setTimer(() => this.#pump(), holdMs);
        return;
      }
      const lanes = this.#next();
      if (lanes.length === 0) return;
      const flight = this.#deliver(lanes.map((lane) => lane.takeOff())).finally(() => {
        this.#flying.delete(flight);
        this.#pump();
      });
      this.#flying.add(flight);
    }
  }

  /** The lanes whose turn it is; a driver that takes many is given those that wait to be tried again, too. */
  #next(): Lane[] {
    const lanes = this.#queue.take(this.#batch);
    if (lanes.length === 0 || this.#batch === 1) return lanes;
    const resting = [...this.#lanes.values()].filter(({ phase }) => phase.is === 'resting');
    return [...lanes, ...resting].slice(0, this.#batch);
  }

  async #deliver(flights: readonly Flight[]): Promise<void> {
    const { driver, clock } = this.#options;
    const { signal } = this.#stop;
    const startedAt = clock.now();
    const { landings, restMs } = await carry(flights, { driver, readback: this.#readback, signal });
    const landedAt = clock.now();
    if (restMs > 0) this.#heldUntil = landedAt + restMs;
    // What failed together is tried again together.
    const random = clock.random();
    for (const flight of flights) {
      const landing = landings.get(flight.lane);
      // Delivered even if the guardian is being stopped: it holds, so it must be remembered.
      if (!landing || (signal.aborted && !('held' in landing))) continue;
      const durationMs = Math.round(landedAt - startedAt);
      if ('held' in landing) this.#held(flight, durationMs);
      else if ('operator' in landing) this.#leaveAlone(flight.lane, landing.operator);
      else {
        const retryInMs = Math.max(restMs, Math.round(backoffMs(flight.attempt, random)));
        this.#failed(flight, { durationMs, retryInMs, error: landing.error });
      }
      if (flight.lane.forgotten) this.#drop(flight.lane);
      else if (flight.lane.wanted !== flight.change) this.#enqueue(flight.lane, 'fresh');
    }
  }

  #held({ lane, change, attempt, again }: Flight, durationMs: number): void {
    const quiet = again && lane.lastError === undefined;
    lane.delivered(change);
    lane.enter({ is: 'settled' });
    this.#readback.shows(change);
    if (quiet) this.#counts.resynced++;
    else {
      this.#counts.delivered++;
      this.#options.reports.attempted({ change, attempt, durationMs, news: true });
    }
  }

  #failed(flight: Flight, fault: { error: string; durationMs: number; retryInMs: number }): void {
    const { lane, change, attempt } = flight;
    const news = lane.lastError !== fault.error || Number.isInteger(Math.log2(attempt));
    lane.lastError = fault.error;
    this.#counts.failed++;
    this.#options.reports.attempted({ change, attempt, ...fault, news });
    const timer = this.#options.clock.setTimer(() => this.#enqueue(lane, 'fresh'), fault.retryInMs);
    lane.enter({ is: 'resting', timer });
  }

  #leaveAlone(lane: Lane, { word }: ObservedState): void {
    const told = lane.operator === word;
    lane.leaveAlone(word);
    if (!told) this.#options.reports.leftAlone({ change: lane.wanted, found: word });
  }

  /** Looks after what was delivered: reads the balancer back, or tells it again. */
  async #look(): Promise<void> {
    const { driver } = this.#options;
    if (!driver.observe) {
      for (const lane of this.#lanes.values()) {
        if (lane.phase.is !== 'settled') continue;
        lane.repeat();
        this.#enqueue(lane, 'again');
      }
      this.#resyncNext();
      return;
    }
    const before = new Map([...this.#lanes.values()].map((lane) => [lane, lane.phase]));
    const read = await this.#readback.read(this.#stop.signal).then(
      () => true,
      () => false,
    );
    if (this.#stop.signal.aborted) return;
    // What was delivered meanwhile was not there to be seen yet.
    for (const [lane, phase] of before) if (read && lane.phase === phase) this.#judge(lane);
    this.#resyncNext();
  }

  /** Compares what the balancer shows of a backend with what it should. */
  #judge(lane: Lane): void {
    const { phase, wanted } = lane;
    if (phase.is !== 'settled' && phase.is !== 'left-alone') return;
    const seen = this.#readback.of(wanted.backend);
    if (seen && lane.isOperators(seen)) {
      this.#leaveAlone(lane, seen);
      return;
    }
    if (phase.is === 'settled' && seen?.state === wanted.state) {
      this.#counts.resynced++;
      return;
    }
    if (phase.is === 'settled') {
      this.#counts.drifted++;
      this.#options.reports.drifted({ change: wanted, found: seen?.word ?? null });
    }
    lane.supersede(wanted);
    this.#enqueue(lane, 'fresh');
  }

  #resyncNext(): void {
    const { resyncMs, clock } = this.#options;
    if (resyncMs === undefined) return;
    // Many farms do not come in step; after a failed read the balancer may be back, in any state, at any time.
    const steadyMs = resyncMs * (1 - clock.random() / 10);
    const { failures } = this.#readback;
    this.#resyncIn(failures === 0 ? steadyMs : Math.min(steadyMs, backoffMs(failures, clock.random())));
  }

  #resyncIn(delayMs: number): void {
    this.#resync = this.#options.clock.setTimer(() => {
      this.#looking = this.#look();
    }, delayMs);
  }
}

import type { Clock, Timer } from '../clock/clock.ts';
import type { DesiredState } from '../health/desired-state.ts';
import { backoffMs } from './backoff.ts';
import { carry } from './carry.ts';
import type { DeliveryCounts, DeliveryReports, LaneStatus } from './delivery.ts';
import type { BackendChange, HookDriver, ObservedState } from './hook.ts';
import { type Flight, Lane } from './lane.ts';
import { LaneQueue } from './lane-queue.ts';
import { Readback } from './readback.ts';
import { Resync, type ResyncFindings } from './resync.ts';

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
  /** What is known of backends that have no lane yet: see {@link recall}. */
  readonly #recalled = new Map<string, readonly DesiredState[]>();
  readonly #queue = new LaneQueue();
  readonly #readback: Readback;
  readonly #flying = new Set<Promise<void>>();
  readonly #resync: Resync;
  readonly #stop = new AbortController();
  readonly #counts = { delivered: 0, failed: 0, resynced: 0, drifted: 0, unread: 0 };
  #heldUntil = Number.NEGATIVE_INFINITY;
  #hold: Timer | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    const { driver, farm, reports, clock, resyncMs, width = 8 } = options;
    this.#batch = driver.batch ?? 1;
    this.#width = this.#batch > 1 ? 1 : width;
    this.#readback = new Readback(driver, farm, {
      ...reports,
      unread: (error) => {
        if (error !== undefined) this.#counts.unread++;
        reports.unread(error);
      },
    });
    this.#resync = new Resync({
      ...{ driver, clock, readback: this.#readback, everyMs: resyncMs, findings: this.#findings },
      lanes: () => [...this.#lanes.values()],
    });
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

  /** Reminds of the states that the balancer may show of a backend because of us, from before. */
  recall(backend: string, ours: readonly DesiredState[]): void {
    if (ours.length > 0 && !this.#lanes.has(backend)) this.#recalled.set(backend, ours);
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
    this.#recalled.delete(backend);
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
    this.#hold?.cancel();
    for (const lane of this.#lanes.values()) if (lane.phase.is === 'resting') lane.enter({ is: 'queued' });
    await Promise.all([...this.#flying, this.#resync[Symbol.asyncDispose]()]);
    await this.#options.driver[Symbol.asyncDispose]();
  }

  #lane(change: BackendChange, ours: readonly DesiredState[]): Lane {
    const known = this.#lanes.get(change.backend);
    if (known) return known;
    const { backend } = change;
    const lane = new Lane(change, [...ours, ...(this.#recalled.get(backend) ?? [])]);
    this.#recalled.delete(backend);
    this.#lanes.set(backend, lane);
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

  /** What comes of a look after what was delivered. */
  readonly #findings: ResyncFindings = {
    holds: () => this.#counts.resynced++,
    isOperators: (lane, seen) => this.#leaveAlone(lane, seen),
    drifted: (lane, found) => {
      this.#counts.drifted++;
      this.#options.reports.drifted({ change: lane.wanted, found });
      this.#tellAnew(lane);
    },
    released: (lane) => this.#tellAnew(lane),
    unseen: (lane) => {
      lane.repeat();
      this.#enqueue(lane, 'again');
    },
  };

  #tellAnew(lane: Lane): void {
    lane.supersede(lane.wanted);
    this.#enqueue(lane, 'fresh');
  }
}

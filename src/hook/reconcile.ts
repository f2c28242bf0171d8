import { type Clock, wait } from '../clock/clock.ts';
import { Limiter } from '../schedule/limiter.ts';
import { backoffMs } from './backoff.ts';
import type { BackendChange, HookDriver } from './hook.ts';

/** One attempt to deliver a change. */
export interface DeliveryAttempt {
  readonly change: BackendChange;
  /** Counted from 1 for each change. */
  readonly attempt: number;
  readonly durationMs: number;
  /** Why it failed; absent when it was delivered. */
  readonly error?: string;
  /** When it is tried again; absent when it was delivered. */
  readonly retryInMs?: number;
}

/** What {@link Reconciler} is made of. */
export interface ReconcilerOptions {
  readonly driver: HookDriver;
  readonly clock: Clock;
  /** Called after each attempt, before the next one. */
  readonly onAttempt: (attempt: DeliveryAttempt) => void;
  /** How many deliveries of this hook may be under way at once. Default 8. */
  readonly width?: number;
}

interface Lane {
  pending: BackendChange | undefined;
  attempts: number;
  lastError: string | undefined;
  /** Ends the wait between two attempts, because a newer change superseded the pending one. */
  wake: AbortController;
}

/** Where one backend's delivery stands. */
export interface PendingDelivery {
  readonly change: BackendChange;
  readonly attempts: number;
  readonly lastError: string | undefined;
}

/**
 * Delivers desired states through one driver, level-triggered: the newest change of each backend is tried until it
 * holds or a newer one supersedes it. Deliveries of one backend never overlap; backends do not wait for each other.
 */
export class Reconciler implements AsyncDisposable {
  readonly #options: ReconcilerOptions;
  readonly #limiter: Limiter;
  readonly #lanes = new Map<string, Lane>();
  readonly #ended = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#limiter = new Limiter(options.width ?? 8);
  }

  /** Wants a change to hold from now on; supersedes what is still pending for its backend. */
  want(change: BackendChange): void {
    if (this.#stop.signal.aborted) return;
    const lane = this.#lanes.get(change.backend);
    if (lane) {
      lane.pending = change;
      lane.attempts = 0;
      lane.wake.abort();
      return;
    }
    const fresh: Lane = { pending: change, attempts: 0, lastError: undefined, wake: new AbortController() };
    this.#lanes.set(change.backend, fresh);
    const run = this.#deliver(change.backend, fresh).finally(() => this.#ended.delete(run));
    this.#ended.add(run);
  }

  /** Wants nothing of a backend any more; an attempt under way still ends. */
  forget(backend: string): void {
    const lane = this.#lanes.get(backend);
    if (!lane) return;
    lane.pending = undefined;
    lane.wake.abort();
  }

  /** What is not delivered yet for a backend; `undefined` when its newest change holds. */
  pendingFor(backend: string): PendingDelivery | undefined {
    const { pending, attempts = 0, lastError } = this.#lanes.get(backend) ?? {};
    return pending && { change: pending, attempts, lastError };
  }

  /** Ends the deliveries under way without a result, and the driver. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#ended);
    await this.#options.driver[Symbol.asyncDispose]();
  }

  async #deliver(backend: string, lane: Lane): Promise<void> {
    const { clock } = this.#options;
    while (lane.pending && !this.#stop.signal.aborted) {
      lane.wake = new AbortController();
      const change = lane.pending;
      const retryInMs = await this.#limiter.run(() => this.#attempt(change, lane));
      if (lane.pending === change && retryInMs === undefined) lane.pending = undefined;
      else if (lane.pending === change)
        await wait(clock, retryInMs ?? 0, AbortSignal.any([lane.wake.signal, this.#stop.signal]));
    }
    this.#lanes.delete(backend);
  }

  /** One attempt; gives how long to wait before the next, `undefined` when there is nothing more to do. */
  async #attempt(change: BackendChange, lane: Lane): Promise<number | undefined> {
    const { driver, clock, onAttempt } = this.#options;
    if (lane.pending !== change || this.#stop.signal.aborted) return 0;
    const startedAt = clock.now();
    const attempt = ++lane.attempts;
    try {
      await driver.apply([change], this.#stop.signal);
    } catch (error) {
      if (this.#stop.signal.aborted) return 0;
      const message = error instanceof Error ? error.message : String(error);
      const retryInMs = Math.round(backoffMs(attempt, clock.random()));
      lane.lastError = message;
      onAttempt({ change, attempt, durationMs: Math.round(clock.now() - startedAt), error: message, retryInMs });
      return retryInMs;
    }
    // Delivered even if the guardian is being stopped: it holds, so it must be remembered.
    lane.lastError = undefined;
    onAttempt({ change, attempt, durationMs: Math.round(clock.now() - startedAt) });
    return undefined;
  }
}

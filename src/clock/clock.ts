import type { StopSignal } from './stop.ts';

/** A pending timer. `cancel` is idempotent and does nothing once the timer has fired. */
export interface Timer {
  cancel(): void;
}

/**
 * The only source of time and chance. Everything outside `src/clock` is handed one, so that tests can drive
 * time by hand (see `ManualClock`).
 */
export interface Clock {
  /** Milliseconds on a monotonic clock with an arbitrary origin: for deadlines and durations. */
  now(): number;
  /** Milliseconds since the Unix epoch: for people and for files; it may jump. */
  wallTime(): number;
  /** Calls `run` once, `delayMs` from now (any finite length; a negative one counts as 0). */
  setTimer(run: () => void, delayMs: number): Timer;
  /** A number in [0, 1), for jitter only. */
  random(): number;
}

/**
 * Resolves after `delayMs`, or at once when `signal` aborts: a cancelled wait is not an error here, the caller
 * looks at its signal anyway.
 */
export const wait = (clock: Clock, delayMs: number, signal?: StopSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      timer.cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(end, delayMs);
    signal?.addEventListener('abort', end, { once: true });
  });

import type { Clock } from '../clock/clock.ts';

/** How long something may take. */
export interface Bounds {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/**
 * Runs something that ends, by rejecting, soon after the signal it is given aborts.
 *
 * @throws what it throws; after the time is up, the signal's reason: an Error that says how long there was no answer
 */
export const within = async <T>(
  { clock, timeoutMs, signal }: Bounds,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const timeUp = new AbortController();
  const timer = clock.setTimer(() => timeUp.abort(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
  try {
    return await run(AbortSignal.any([signal, timeUp.signal]));
  } finally {
    timer.cancel();
  }
};

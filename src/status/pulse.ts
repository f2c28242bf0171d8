import type { Clock } from '../clock/clock.ts';
import type { Rhythm } from '../config/config.ts';
import type { GuardianEvents } from '../guardian/events.ts';

/** What a busy machine may add to the time between two results. */
const graceMs = 5_000;

/** Tells whether the scheduler turns: whether results come as often as the farms want them. */
export class Pulse {
  readonly #clock: Clock;
  #beatAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beatAt = clock.now();
  }

  /** Takes each result of a guardian for a beat, from now on. */
  listen(events: GuardianEvents): void {
    this.#beatAt = this.#clock.now();
    events.on('result', () => {
      this.#beatAt = this.#clock.now();
    });
  }

  /** How long it is since the last beat, in milliseconds. */
  get ageMs(): number {
    return this.#clock.now() - this.#beatAt;
  }

  /** Whether the last beat is no longer ago than the slowest farm makes it. */
  beats({ farms }: { readonly farms: readonly { readonly rhythm: Rhythm }[] }): boolean {
    const longest = farms.map(({ rhythm: { intervalMs, downIntervalMs, timeoutMs } }) => {
      // A run may take its whole time, and the start that comes due meanwhile is skipped.
      return 2 * Math.max(intervalMs, downIntervalMs) + timeoutMs;
    });
    return this.ageMs <= Math.max(0, ...longest) + graceMs;
  }
}

import { type Clock, type Timer, wait } from '../clock/clock.ts';
import type { StopSignal } from '../clock/stop.ts';

/** The end of a run's time. It can stand still for a while, and goes on then with what was left. */
export class Deadline {
  readonly #clock: Clock;
  readonly #expire: () => void;
  #leftMs: number;
  #startedAt = 0;
  #timer: Timer | undefined;
  #over = false;

  /** @param expire called once, `timeoutMs` of counted time from now */
  constructor(clock: Clock, timeoutMs: number, expire: () => void) {
    this.#clock = clock;
    this.#expire = expire;
    this.#leftMs = timeoutMs;
    this.#start();
  }

  /** Waits for `durationMs`, or until `signal` aborts, without counting that time. Not twice at once. */
  async rest(durationMs: number, signal: StopSignal): Promise<void> {
    this.#timer?.cancel();
    this.#leftMs -= this.#clock.now() - this.#startedAt;
    await wait(this.#clock, durationMs, signal);
    if (!this.#over) this.#start();
  }

  /** Ends it for good. */
  cancel(): void {
    this.#over = true;
    this.#timer?.cancel();
  }

  #start(): void {
    this.#startedAt = this.#clock.now();
    this.#timer = this.#clock.setTimer(this.#expire, this.#leftMs);
  }
}

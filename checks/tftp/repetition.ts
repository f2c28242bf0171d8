import type { Clock, Timer } from '../../src/checker/index.ts';

/** How long after something new was sent, and nothing came, it is sent again, in milliseconds. */
const repeatsAtMs = [500, 1_000, 2_000];

/** Says when a silence calls for sending again: three times, each time waiting longer. */
export class Repetition {
  readonly #clock: Clock;
  readonly #repeat: () => void;
  #since: number;
  #repeats = 0;
  #timer: Timer | undefined;

  /** Begins at once: something was sent `since` a time of the clock, which is about now. `repeat` sends again. */
  constructor(clock: Clock, since: number, repeat: () => void) {
    this.#clock = clock;
    this.#repeat = repeat;
    this.#since = since;
    this.#arm(since);
  }

  /** Begins anew, because something was sent that was not sent before. */
  restart(): void {
    this.#since = this.#clock.now();
    // Setting a timer for every block would cost more than the block: the first one looks how late it really is.
    if (this.#timer && this.#repeats === 0) return;
    this.#repeats = 0;
    this.#timer?.cancel();
    this.#arm(this.#since);
  }

  /** Ends it for good. */
  stop(): void {
    this.#timer?.cancel();
  }

  #arm(now: number): void {
    const atMs = repeatsAtMs[this.#repeats];
    if (atMs === undefined) this.#timer = undefined;
    else this.#timer = this.#clock.setTimer(() => this.#look(atMs), this.#since + atMs - now);
  }

  #look(atMs: number): void {
    const now = this.#clock.now();
    if (now >= this.#since + atMs) {
      this.#repeats++;
      this.#repeat();
    }
    this.#arm(now);
  }
}

import type { Clock, Timer } from '../clock/clock.ts';

/** How often the event loop is asked for a sign of life while anything runs. */
const everyMs = 50;

/** A sign of life that came late. */
interface LateSign {
  readonly at: number;
  readonly lateMs: number;
}

/**
 * Watches how late our own event loop is: because it computed for long, because the machine is overloaded, or because
 * the whole process was suspended. What was measured meanwhile says nothing about a server.
 */
export class LoopWatch {
  readonly #clock: Clock;
  /** The oldest first. Those that a later one outdid are left out, so that there are few, however long it watches. */
  readonly #late: LateSign[] = [];
  #open = 0;
  #timer: Timer | undefined;
  #expectedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to watch for one run; gives when that was, for {@link close}. */
  open(): number {
    if (this.#open++ === 0) this.#arm();
    return this.#clock.now();
  }

  /** Ends it; gives the longest that the event loop was late since then, in milliseconds. */
  close(openedAt: number): number {
    const now = this.#clock.now();
    // What is overdue counts before its timer has fired: timers fire in the order they were set.
    let worstMs = Math.max(0, Math.min(now - this.#expectedAt, now - openedAt));
    for (let i = this.#late.length - 1; i >= 0; i--) {
      const { at, lateMs } = this.#late[i] as LateSign;
      if (at < openedAt) break;
      worstMs = Math.max(worstMs, Math.min(lateMs, at - openedAt));
    }
    if (--this.#open === 0) {
      this.#timer?.cancel();
      this.#late.length = 0;
    }
    return worstMs;
  }

  #arm(): void {
    this.#expectedAt = this.#clock.now() + everyMs;
    this.#timer = this.#clock.setTimer(() => {
      this.#note(this.#clock.now());
      this.#arm();
    }, everyMs);
  }

  #note(at: number): void {
    // To the millisecond: no longer list than there are lengths of delays.
    const lateMs = Math.floor(at - this.#expectedAt);
    while ((this.#late.at(-1)?.lateMs ?? Number.POSITIVE_INFINITY) <= lateMs) this.#late.pop();
    if (lateMs > 0) this.#late.push({ at, lateMs });
  }
}

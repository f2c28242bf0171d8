import type { Clock, Timer } from '../clock/clock.ts';

/** How often the event loop is asked for a sign of life while anything runs. */
const everyMs = 50;

/** How late the event loop was at the worst, over the time of one run. */
export interface LoopSpan {
  /** Ends the span; gives the longest that the event loop was late, in milliseconds. */
  end(): number;
}

interface OpenSpan {
  readonly openedAt: number;
  worstMs: number;
}

/**
 * Watches how late our own event loop is: because it computed for long, because the machine is overloaded, or because
 * the whole process was suspended. What was measured meanwhile says nothing about a server.
 */
export class LoopWatch {
  readonly #clock: Clock;
  readonly #spans = new Set<OpenSpan>();
  #timer: Timer | undefined;
  #expectedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to watch for one run. */
  open(): LoopSpan {
    const span: OpenSpan = { openedAt: this.#clock.now(), worstMs: 0 };
    this.#spans.add(span);
    if (this.#spans.size === 1) this.#arm();
    return {
      end: () => {
        // What is overdue counts before its timer has fired: timers fire in the order they were set.
        this.#measure(span, this.#clock.now());
        this.#spans.delete(span);
        if (this.#spans.size === 0) this.#timer?.cancel();
        return span.worstMs;
      },
    };
  }

  #arm(): void {
    this.#expectedAt = this.#clock.now() + everyMs;
    this.#timer = this.#clock.setTimer(() => {
      const now = this.#clock.now();
      for (const span of this.#spans) this.#measure(span, now);
      this.#arm();
    }, everyMs);
  }

  #measure(span: OpenSpan, now: number): void {
    span.worstMs = Math.max(span.worstMs, Math.min(now - this.#expectedAt, now - span.openedAt));
  }
}

import type { Clock, Timer } from '../clock/clock.ts';
import type { AdminOrder } from '../health/admin-order.ts';

/** Wall time may jump, so it is looked at again at least this often while an order has an end. */
const longestMs = 60_000;

/** Says when operators' orders come to their end. */
export class OrderClock implements Disposable {
  readonly #clock: Clock;
  readonly #onTime: () => void;
  #timer: Timer | undefined;

  /** @param onTime called when an order may have ended; sets it anew */
  constructor(clock: Clock, onTime: () => void) {
    this.#clock = clock;
    this.#onTime = onTime;
  }

  /** Looks out for the first end among these orders. */
  set(orders: Iterable<AdminOrder>): void {
    this.#timer?.cancel();
    let first = Number.POSITIVE_INFINITY;
    for (const { until } of orders) if (until !== null && until < first) first = until;
    if (first === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.setTimer(this.#onTime, Math.min(longestMs, first - this.#clock.wallTime()));
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
  }
}

import { ManualClock } from '../../src/clock/manual-clock.ts';

/** Time passes, but nothing of ours runs meanwhile. */
export class SuspendedClock extends ManualClock {
  #lostMs = 0;

  override now(): number {
    return super.now() + this.#lostMs;
  }

  /** So long something of ours computes. */
  compute(ms: number): void {
    this.#lostMs += ms;
  }

  async suspend(ms: number): Promise<void> {
    this.#lostMs += ms;
    await this.advance(0);
  }
}

import type { Clock } from '../clock/clock.ts';
import type { Pulse } from './pulse.ts';
import { threadTimeMs } from './thread-time.ts';

/** Processor time that would have been enough to go on: who has not had it was not stuck but starved; milliseconds. */
const enoughMs = 20;

/** Observes, from outside, for how long the event loop of a thread has been standing still. */
export class Stillness {
  readonly #pulse: Pulse;
  readonly #clock: Clock;
  #since: { readonly beats: number; readonly at: number; readonly timeMs: number | undefined };

  constructor(pulse: Pulse, clock: Clock) {
    this.#pulse = pulse;
    this.#clock = clock;
    this.#since = this.#now();
  }

  /** Begins anew: what has stood still so far had nothing to do. */
  begin(): void {
    this.#since = this.#now();
  }

  /** Looks; gives for how many milliseconds nothing has been seen to move. To be asked every now and then. */
  lookMs(): number {
    if (this.#pulse.beats !== this.#since.beats) this.#since = this.#now();
    return this.#clock.now() - this.#since.at;
  }

  /** Why it stands still: it has had time enough to go on and did not, or it has not. */
  get cause(): 'stuck' | 'starved' {
    const before = this.#since.timeMs;
    const { timeMs } = this.#now();
    return before !== undefined && timeMs !== undefined && timeMs - before < enoughMs ? 'starved' : 'stuck';
  }

  #now() {
    const { beats, systemId } = this.#pulse;
    return { beats, at: this.#clock.now(), timeMs: threadTimeMs(systemId) };
  }
}

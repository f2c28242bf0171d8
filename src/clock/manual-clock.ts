import type { Clock, Timer } from './clock.ts';
import { turn } from './turn.ts';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that moves only when told to, for tests: timers fire in order of their due time, then of their creation. */
export class ManualClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #epochMs: number;
  readonly #pending = new Set<Pending>();

  /** @param epochMs the wall time at the start, in milliseconds since the Unix epoch. */
  constructor(epochMs = Date.UTC(2026, 0, 1)) {
    this.#epochMs = epochMs;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#epochMs + this.#now;
  }

  random(): number {
    return 0.5;
  }

  setTimer(run: () => void, delayMs: number): Timer {
    const pending: Pending = { at: this.#now + Math.max(0, delayMs), order: this.#order++, run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#pending.size;
  }

  /** Moves on by `ms`, firing what falls due, and lets promises settle after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn();
    for (let next = this.#next(); next && next.at <= end; next = this.#next()) {
      this.#pending.delete(next);
      this.#now = next.at;
      next.run();
      await turn();
    }
    this.#now = end;
  }

  #next(): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending)
      if (!first || pending.at < first.at || (pending.at === first.at && pending.order < first.order)) first = pending;
    return first;
  }
}

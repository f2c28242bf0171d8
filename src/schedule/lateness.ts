/** Upper bounds of the histogram, in milliseconds. */
const boundsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] as const;

/** How many of the latest starts the percentiles look at. */
const windowSize = 4_096;

/** How late runs started. */
export interface LatenessStats {
  /** Starts since the scheduler was made. */
  readonly count: number;
  /** Sum of all latenesses, in milliseconds. */
  readonly sumMs: number;
  /** Of the latest 4,096 starts; 0 before the first. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How many starts were at most so late, for a cumulative histogram. */
  readonly buckets: readonly { readonly leMs: number; readonly count: number }[];
}

/** Collects how late runs started; taking one in costs next to nothing. */
export class Lateness {
  readonly #recent = new Float64Array(windowSize);
  readonly #counts = new Float64Array(boundsMs.length + 1);
  #count = 0;
  #sumMs = 0;

  /** The lateness of the latest start, in milliseconds; 0 before the first. */
  get latestMs(): number {
    return this.#count === 0 ? 0 : (this.#recent[(this.#count - 1) % windowSize] ?? 0);
  }

  take(ms: number): void {
    this.#recent[this.#count++ % windowSize] = ms;
    this.#sumMs += ms;
    let bucket = 0;
    while (ms > (boundsMs[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  get stats(): LatenessStats {
    const sorted = this.#recent.slice(0, this.#count).sort();
    const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    let below = 0;
    const buckets = boundsMs.map((leMs, i) => {
      below += this.#counts[i] ?? 0;
      return { leMs, count: below };
    });
    return { count: this.#count, sumMs: this.#sumMs, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), buckets };
  }
}

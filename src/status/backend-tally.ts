import type { CheckResult } from '../checker/result.ts';
import { parseIsoTime } from '../clock/iso-time.ts';
import type { GuardianEvents } from '../guardian/events.ts';

/** Upper bounds of the buckets of check durations, in seconds. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** What is counted of one backend since the start. */
export interface BackendCounts {
  /** Checks by `STATUS code`. */
  readonly checks: Map<string, number>;
  readonly transitions: { up: number; down: number };
  /** When its certificate ends, milliseconds since the epoch; `undefined` when it has shown none. */
  certificateEndsAt: number | undefined;
}

/** Durations of the checks of a farm: how many fell into each of {@link durationBuckets}, the last beyond them. */
export interface Durations {
  readonly buckets: number[];
  sumSeconds: number;
  count: number;
}

/**
 * Counts what happens to each backend in plain numbers, since ten thousand results a second leave no time for more:
 * they become metrics when somebody asks.
 */
export class BackendTally {
  readonly #backends = new Map<string, BackendCounts>();
  readonly #durations = new Map<string, Durations>();

  /** Listens to a guardian from now on. */
  listen(events: GuardianEvents): void {
    events.on('result', ({ farm, backend, result, durationMs }) => {
      this.#count(this.of(farm, backend), result);
      addDuration(this.durations(farm), durationMs / 1_000);
    });
    events.on('turned', ({ farm, backend, to }) => {
      this.of(farm, backend).transitions[to]++;
    });
  }

  /** The counts of a backend. */
  of(farm: string, backend: string): BackendCounts {
    const name = `${farm}/${backend}`;
    const known = this.#backends.get(name);
    if (known) return known;
    const fresh = { checks: new Map(), transitions: { up: 0, down: 0 }, certificateEndsAt: undefined };
    this.#backends.set(name, fresh);
    return fresh;
  }

  /** The durations of a farm's checks. */
  durations(farm: string): Durations {
    const known = this.#durations.get(farm);
    if (known) return known;
    const fresh = { buckets: [...durationBuckets, 0].map(() => 0), sumSeconds: 0, count: 0 };
    this.#durations.set(farm, fresh);
    return fresh;
  }

  #count(counts: BackendCounts, { status, code, facts }: CheckResult): void {
    const key = `${status} ${code}`;
    counts.checks.set(key, (counts.checks.get(key) ?? 0) + 1);
    const { certificateExpires } = facts;
    if (typeof certificateExpires === 'string') counts.certificateEndsAt = parseIsoTime(certificateExpires);
  }
}

const addDuration = (durations: Durations, seconds: number): void => {
  const found = durationBuckets.findIndex((bound) => seconds <= bound);
  const bucket = found < 0 ? durationBuckets.length : found;
  durations.buckets[bucket] = (durations.buckets[bucket] ?? 0) + 1;
  durations.sumSeconds += seconds;
  durations.count++;
};

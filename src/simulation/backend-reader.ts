import { parseIsoTime } from '../clock/iso-time.ts';
import { type BackendHealth, unknownHealth } from '../health/backend-health.ts';
import type { BackendState } from '../health/backend-state.ts';
import { type FlapHistory, steadyHistory } from '../health/flapping.ts';
import type { Standing } from '../journal/chapter.ts';
import type { JournalEntry } from '../journal/journal-entry.ts';
import type { BackendChecks, Sighting, Spell } from './record.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a check may leave in the journal, in the order in which it does. */
const traces = ['result', 'flap', 'counted', 'flapping', 'turned'] as const;

/** An entry that a check left. */
export type Trace = Extract<JournalEntry, { readonly type: (typeof traces)[number] }>;

/**
 * Within so many milliseconds a check has left all its traces, however slow the disk. Where the next check comes sooner
 * nothing is lost: one that left no trace after its result changed nothing, and the next one like it changes nothing.
 */
const togetherMs = 100;

const unknownState: BackendState = { health: unknownHealth, flap: steadyHistory };

/** Gathers what the journal tells of one backend's checks. */
export class BackendReader implements BackendChecks {
  readonly spells: Mutable<Spell>[] = [];
  readonly sightings: Mutable<Sighting>[] = [];
  readonly #id: string;
  #open: Mutable<Spell> | undefined;
  #state = unknownState;
  /** Which trace of the latest sighting was read last. */
  #latest: number = traces.length;
  /** Whether the latest sighting counted, and turned nothing. */
  #hasCounted = false;

  constructor(id: string) {
    this.#id = id;
  }

  /** Nothing is known of it any more. */
  forget(): void {
    this.#state = unknownState;
  }

  /** The journal begins in the middle, where it stands like this. */
  stand({ health, flap, result }: Standing, at: number): void {
    this.#state = { health, flap };
    if (result) this.#begin({ ...result, from: at, afterGap: true });
  }

  /** Its spell ends. */
  end(at: number): void {
    // Times are written down to the millisecond.
    if (this.#open) this.#open.to = Math.max(this.#open.from, at) + 1;
    this.#open = undefined;
    this.#latest = traces.length;
  }

  /** Takes what a check left; gives the check where this is the first of it. */
  take(entry: Trace, at: number): Sighting | undefined {
    if (entry.type === 'result') this.#turnTo(entry, at);
    const spell = this.#open;
    if (!spell) return undefined;
    if (entry.type === 'flap') this.#know({ flap: entry.flap });
    else if ('health' in entry) this.#know({ health: entry.health });
    const trace = traces.indexOf(entry.type);
    const last = this.sightings.at(-1);
    // No check both counts and turns: the one that turns is the next.
    const isNext = entry.type === 'turned' && this.#hasCounted;
    const isSame = last && trace > this.#latest && at - last.at < togetherMs && !isNext;
    this.#latest = trace;
    this.#hasCounted = entry.type === 'counted' || (isSame === true && this.#hasCounted);
    if (isSame) {
      last.state = this.#state;
      last.counted = true;
      return undefined;
    }
    const startedAt = at - spell.durationMs;
    const sighting = { backend: this.#id, at, startedAt, spell, counted: trace > 0, state: this.#state };
    this.sightings.push(sighting);
    return sighting;
  }

  #know(news: { readonly health: BackendHealth } | { readonly flap: FlapHistory }): void {
    this.#state = { ...this.#state, ...news };
  }

  #turnTo({ status, code, durationMs, after }: Extract<Trace, { type: 'result' }>, at: number): void {
    const startedAt = at - durationMs;
    const before = after && this.#open;
    const until = Math.min(after ? parseIsoTime(after.until) || startedAt : startedAt, startedAt);
    const from = before ? Math.max(before.from, (until + startedAt) / 2) : startedAt;
    if (before) before.to = from;
    this.#begin({ status, code, durationMs, from, afterGap: !before });
  }

  #begin(spell: Omit<Spell, 'to'>): void {
    this.#open = { ...spell, to: Number.POSITIVE_INFINITY };
    this.spells.push(this.#open);
  }
}

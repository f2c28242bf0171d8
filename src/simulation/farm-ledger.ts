import { type Belief, beliefOf, type Evidence } from '../health/backend-health.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { Standing } from '../journal/chapter.ts';

/** A turn of the belief or of the desired state, and the fault or recovery behind it. */
export interface Turn<To extends string> {
  /** `FARM/BACKEND`. */
  readonly backend: string;
  readonly to: To;
  readonly at: number;
  /** When the first of the results that brought it about began; `undefined` with the first evidence. */
  readonly since: number | undefined;
}

/** How a farm's guard was needed, in milliseconds while a guardian watched. */
export interface GuardTime {
  /** With fewer backends in rotation than `minUp`. */
  readonly belowMinUpMs: number;
  /** With backends held in rotation although they were believed down. */
  readonly heldMs: number;
  /** How many were held at once at most. */
  readonly mostHeld: number;
}

/** What is known of a farm in the end. */
export interface FarmAccount {
  /** Turns of the belief, in the order of time. */
  readonly turns: readonly Turn<Belief>[];
  /** Turns of the desired state: what hooks are told. */
  readonly told: readonly Turn<DesiredState>[];
  readonly guard: GuardTime;
}

interface Line {
  belief: Belief | undefined;
  desired: DesiredState | undefined;
  isOrdered: boolean;
  kind: Evidence | undefined;
  /** When results of this kind began. */
  since: number;
}

/** Writes down what is believed and desired of a farm, be it as it happened or as it would have. */
export class FarmLedger {
  readonly #turns: Turn<Belief>[] = [];
  readonly #told: Turn<DesiredState>[] = [];
  readonly #farm: string;
  readonly #lines = new Map<string, Line>();
  readonly #guard = { belowMinUpMs: 0, heldMs: 0, mostHeld: 0 };
  #least = 0;
  #inRotation = 0;
  #held = 0;
  /** Until when time is counted; `undefined` while nobody watches. */
  #at: number | undefined;
  /** When what brings the next changes about began. */
  #cause = 0;

  constructor(farm: string) {
    this.#farm = farm;
  }

  /** What is written so far. */
  get account(): FarmAccount {
    return { turns: this.#turns, told: this.#told, guard: { ...this.#guard } };
  }

  /**
   * The farm is watched from now on.
   *
   * @param least how many of its backends must stay in rotation
   * @param backends all of it, each with whether what was known of it counts
   */
  watch(at: number, least: number, backends: ReadonlyMap<string, boolean>): void {
    this.pass(at);
    this.#at = at;
    this.#cause = at;
    this.#least = least;
    for (const id of this.#lines.keys()) if (!backends.has(id)) this.#forget(id);
    for (const [id, isKnown] of backends) {
      const { isOrdered = false } = this.#lines.get(id) ?? {};
      if (!isKnown) this.#forget(id);
      if (isKnown && this.#lines.has(id)) continue;
      this.#lines.set(id, { belief: undefined, desired: undefined, isOrdered, kind: undefined, since: at });
      this.#inRotation++;
    }
  }

  /** Nobody watches from now on. */
  away(at: number): void {
    this.pass(at);
    this.#at = undefined;
  }

  /** Something brings changes about that is no result. */
  because(at: number): void {
    this.#cause = at;
  }

  /** A result of this kind came, and since when there are such. */
  evidence(backend: string, kind: Evidence, since: number): void {
    const line = this.#lines.get(backend);
    if (!line || kind === 'neutral' || line.kind === kind) return;
    line.kind = kind;
    line.since = since;
  }

  /** The journal begins in the middle, where this was so. */
  stand(backend: string, { health, desired, admin }: Standing): void {
    this.#set(backend, { belief: beliefOf(health), desired: desired ?? undefined, isOrdered: admin !== null });
  }

  /** The belief turned. */
  turned(backend: string, to: Belief, at: number): void {
    this.pass(at);
    const line = this.#lines.get(backend);
    const since = line?.belief === undefined ? undefined : line.since;
    this.#turns.push({ backend: `${this.#farm}/${backend}`, to, at, since });
    this.#cause = since ?? at;
    this.#set(backend, { belief: to });
  }

  /** Another state is desired. */
  desired(backend: string, to: DesiredState, at: number): void {
    this.pass(at);
    this.#told.push({ backend: `${this.#farm}/${backend}`, to, at, since: this.#cause });
    this.#set(backend, { desired: to });
  }

  /** An operator ordered something, or took it back. */
  ordered(backend: string, isOrdered: boolean, at: number): void {
    this.pass(at);
    this.#cause = at;
    this.#set(backend, { isOrdered });
  }

  /** Time goes on. */
  pass(at: number): void {
    if (this.#at === undefined || at <= this.#at) return;
    const ms = at - this.#at;
    if (this.#inRotation < this.#least) this.#guard.belowMinUpMs += ms;
    if (this.#held > 0) this.#guard.heldMs += ms;
    this.#guard.mostHeld = Math.max(this.#guard.mostHeld, this.#held);
    this.#at = at;
  }

  #forget(backend: string): void {
    const line = this.#lines.get(backend);
    if (!line) return;
    this.#count(line, -1);
    this.#lines.delete(backend);
  }

  #set(backend: string, news: Partial<Line>): void {
    const line = this.#lines.get(backend);
    if (!line) return;
    this.#count(line, -1);
    Object.assign(line, news);
    this.#count(line, 1);
  }

  #count({ belief, desired, isOrdered }: Line, by: 1 | -1): void {
    if (desired === undefined || desired === 'up') this.#inRotation += by;
    if (belief === 'down' && desired === 'up' && !isOrdered) this.#held += by;
  }
}

import { unknownHealth } from '../health/backend-health.ts';
import type { BackendState } from '../health/backend-state.ts';
import { steadyHistory } from '../health/flapping.ts';
import type { Due } from '../schedule/due-queue.ts';
import { nextSlot } from '../schedule/jitter.ts';
import type { BackendChecks, Sighting, Spell } from './record.ts';

/** Nothing was believed yet. */
export const nothingBelieved: BackendState = { health: unknownHealth, flap: steadyHistory };

/** The checks that a simulation makes of one backend: each finds what the spell at its time says. */
export class SimulatedCheck implements Due {
  readonly backend: string;
  /** When the next one ends; what a queue goes by. */
  due = 0;
  place = -1;
  /** When the next one begins. */
  startedAt = 0;
  /** What the next one finds, or the latest found. */
  spell: Spell | undefined;
  /** What the guardian believed then, after the latest check of which the journal tells. */
  recorded: BackendState = nothingBelieved;
  readonly #checks: BackendChecks;
  #spell = 0;
  #sighting = 0;
  /** Where in its interval the check stands, as a part of it; `undefined` until it was seen. */
  #phase: number | undefined;

  constructor(backend: string, checks: BackendChecks) {
    this.backend = backend;
    this.#checks = checks;
  }

  /** The next check of which the journal tells exactly. */
  get sighting(): Sighting | undefined {
    return this.#checks.sightings[this.#sighting];
  }

  /**
   * That was it.
   *
   * @param intervalMs at which the guardian looked just then
   */
  pass({ startedAt, spell, state }: Sighting, intervalMs: number): void {
    this.#sighting++;
    this.recorded = state;
    const isFirst = spell.afterGap && startedAt <= spell.from;
    if (isFirst || this.#phase === undefined) this.#phase = (startedAt % intervalMs) / intervalMs;
  }

  /** Stands at the first check from a time on; gives whether there is one. */
  begin(at: number, intervalMs: number): boolean {
    return this.#stand(this.#slot(at, intervalMs));
  }

  /** Stands at the next check, as the scheduler has it: not nearer than half an interval, not before the last has ended. */
  follow(startedAt: number, endedAt: number, intervalMs: number): boolean {
    const next = this.#slot(startedAt + intervalMs / 2, intervalMs);
    return this.#stand(next + Math.max(0, Math.ceil((endedAt - next) / intervalMs)) * intervalMs);
  }

  /** Stands at the first check that can find something else than the latest did; gives whether there is one. */
  skip(intervalMs: number): boolean {
    return this.spell !== undefined && this.#stand(this.#slot(this.spell.to, intervalMs));
  }

  #slot(from: number, intervalMs: number): number {
    return nextSlot(from, intervalMs, this.#phase ?? 0);
  }

  #stand(at: number): boolean {
    const spell = this.#spellAt(at);
    if (!spell) return false;
    this.spell = spell;
    // After a gap a guardian looked just when its first result says.
    this.startedAt = Math.max(at, spell.from);
    this.due = this.startedAt + spell.durationMs;
    return true;
  }

  /** The spell at a time, or the first one after it. */
  #spellAt(at: number): Spell | undefined {
    const { spells } = this.#checks;
    while ((spells[this.#spell]?.to ?? Number.POSITIVE_INFINITY) <= at) this.#spell++;
    // Something may have happened before the check that comes next.
    while ((spells[this.#spell - 1]?.to ?? Number.NEGATIVE_INFINITY) > at) this.#spell--;
    return spells[this.#spell];
  }
}

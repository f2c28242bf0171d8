import type { Evidence } from './backend-health.ts';

/** What the latest run of a check said. */
interface Note {
  readonly at: number;
  readonly failed: boolean;
  /** Since when it fails; only while it does. */
  readonly failingSince: number;
}

/**
 * Remembers what each check said last, to tell one dead backend from a guardian that is cut off itself: then not one
 * check fails, but most of those that report. Checks of backends that are down anyway do not count.
 */
export class FailureNotes {
  readonly #notes = new Map<string, Note>();

  /** How many checks count. */
  get size(): number {
    return this.#notes.size;
  }

  /** Notes what a check said, at a time on any clock that only goes forward. */
  note(check: string, evidence: Evidence, at: number): void {
    if (evidence === 'neutral') return;
    const failed = evidence === 'fail';
    const before = this.#notes.get(check);
    const failingSince = failed && before?.failed ? before.failingSince : at;
    this.#notes.set(check, { at, failed, failingSince });
  }

  /** A check counts no more: its backend is down, or nobody watches it. */
  forget(check: string): void {
    this.#notes.delete(check);
  }

  /** Of the checks that reported since a time, how many failed. */
  since(at: number): { readonly failed: number; readonly reported: number } {
    let failed = 0;
    let reported = 0;
    for (const note of this.#notes.values()) {
      if (note.at < at) continue;
      reported++;
      if (note.failed) failed++;
    }
    return { failed, reported };
  }

  /** Of the checks that reported since this one began to fail, how many failed. */
  beside(check: string): { readonly failed: number; readonly reported: number } {
    const note = this.#notes.get(check);
    return note?.failed ? this.since(note.failingSince) : { failed: 0, reported: 0 };
  }
}

/** Whether failures look like our own trouble: most of what reported failed. */
export const areMost = ({ failed, reported }: { readonly failed: number; readonly reported: number }): boolean =>
  failed > reported / 2;

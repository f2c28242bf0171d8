import type { Lane } from './lane.ts';

/** The lanes that wait for their turn: those with something new before those that a resync tells again. */
export class LaneQueue {
  readonly #fresh = new Set<Lane>();
  readonly #again = new Set<Lane>();

  /** Puts a lane at the end of those with something new, or of those that are told again. */
  add(lane: Lane, when: 'fresh' | 'again'): void {
    lane.enter({ is: 'queued' });
    this.remove(lane);
    (when === 'fresh' ? this.#fresh : this.#again).add(lane);
  }

  /** Takes a lane out. */
  remove(lane: Lane): void {
    this.#fresh.delete(lane);
    this.#again.delete(lane);
  }

  /** Takes out the first ones, `most` at most. */
  take(most: number): Lane[] {
    const taken: Lane[] = [];
    for (const waiting of [this.#fresh, this.#again])
      for (const lane of waiting) {
        if (taken.length >= most) return taken;
        waiting.delete(lane);
        taken.push(lane);
      }
    return taken;
  }
}

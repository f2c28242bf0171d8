/** Something that is due at a time; it knows its place in the queue, `-1` while it is not in one. */
export interface Due {
  due: number;
  place: number;
}

/** What is due, the earliest first: a binary heap, so that ten thousand entries cost a dozen steps each time. */
export class DueQueue<Entry extends Due> {
  readonly #heap: Entry[] = [];
  /** When each of the heap is due: side by side, they are compared without a look at entries all over the memory. */
  readonly #dues: number[] = [];

  /** The earliest; `undefined` when nothing is due at all. */
  get first(): Entry | undefined {
    return this.#heap[0];
  }

  /** Puts an entry where its `due` belongs, whether or not it is in the queue already. */
  set(entry: Entry): void {
    this.#settle(entry, entry.place < 0 ? this.#heap.length : entry.place);
  }

  /** Takes an entry out; does nothing when it is not in. */
  delete(entry: Entry): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop();
    this.#dues.pop();
    if (last && last !== entry) this.#settle(last, place);
  }

  /** Moves an entry up or down to where it belongs, from a place that is free. */
  #settle(entry: Entry, from: number): void {
    const { due } = entry;
    let place = from;
    for (let up = (place - 1) >> 1; place > 0 && this.#dueAt(up) > due; up = (place - 1) >> 1) {
      this.#move(up, place);
      place = up;
    }
    for (let down = this.#earlierChild(place); this.#dueAt(down) < due; down = this.#earlierChild(place)) {
      this.#move(down, place);
      place = down;
    }
    this.#put(entry, due, place);
  }

  #earlierChild(place: number): number {
    const left = 2 * place + 1;
    return this.#dueAt(left + 1) < this.#dueAt(left) ? left + 1 : left;
  }

  #dueAt(place: number): number {
    return place < this.#dues.length ? (this.#dues[place] as number) : Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    this.#put(this.#heap[from] as Entry, this.#dueAt(from), to);
  }

  #put(entry: Entry, due: number, place: number): void {
    this.#heap[place] = entry;
    this.#dues[place] = due;
    entry.place = place;
  }
}

/** Something that is due at a time; it knows its place in the queue, `-1` while it is not in one. */
export interface Due {
  due: number;
  place: number;
}

/** What is due, the earliest first: a binary heap, so that ten thousand entries cost a dozen steps each time. */
export class DueQueue<Entry extends Due> {
  readonly #heap: Entry[] = [];

  /** The earliest; `undefined` when nothing is due at all. */
  get first(): Entry | undefined {
    return this.#heap[0];
  }

  /** Puts an entry where its `due` belongs, whether or not it is in the queue already. */
  set(entry: Entry): void {
    if (entry.place < 0) {
      entry.place = this.#heap.length;
      this.#heap.push(entry);
    }
    this.#settle(entry);
  }

  /** Takes an entry out; does nothing when it is not in. */
  delete(entry: Entry): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop();
    if (!last || last === entry) return;
    this.#put(last, place);
    this.#settle(last);
  }

  #settle(entry: Entry): void {
    let { place } = entry;
    for (let above = this.#at((place - 1) >> 1); place > 0 && above && above.due > entry.due; ) {
      const up = above.place;
      this.#put(above, place);
      place = up;
      above = this.#at((place - 1) >> 1);
    }
    for (let below = this.#earlierChild(place); below && below.due < entry.due; below = this.#earlierChild(place)) {
      const down = below.place;
      this.#put(below, place);
      place = down;
    }
    this.#put(entry, place);
  }

  #earlierChild(place: number): Entry | undefined {
    const left = this.#at(2 * place + 1);
    const right = this.#at(2 * place + 2);
    return left && right && right.due < left.due ? right : left;
  }

  #at(place: number): Entry | undefined {
    return this.#heap[place];
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }
}

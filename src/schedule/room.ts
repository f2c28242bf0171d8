/** How much may run at once. */
export interface RoomLimits {
  /** In total. */
  readonly total: number;
  /** Of one group, such as the checks of one host. */
  readonly perGroup: number;
}

/** Something that needs room to run. */
export interface Guest {
  readonly group: string;
}

interface Group<Entry> {
  running: number;
  /** Those that wait for room in this very group. */
  readonly waiting: Set<Entry>;
}

/** Gives out room, first come first served, but whoever waits for its own group keeps nobody else waiting. */
export class Room<Entry extends Guest> {
  readonly #groups = new Map<string, Group<Entry>>();
  readonly #waiting = new Set<Entry>();
  #limits: RoomLimits;
  #running = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** Other limits from now on; what runs beyond them goes on. */
  limit(limits: RoomLimits): void {
    this.#limits = limits;
    for (const { waiting } of this.#groups.values()) {
      for (const entry of waiting) this.#waiting.add(entry);
      waiting.clear();
    }
  }

  /** How many have room. */
  get running(): number {
    return this.#running;
  }

  /** How many wait for it. */
  get waiting(): number {
    let waiting = this.#waiting.size;
    for (const group of this.#groups.values()) waiting += group.waiting.size;
    return waiting;
  }

  /** Whether an entry has room now. If not it waits, until {@link leave} invites it. */
  enter(entry: Entry): boolean {
    const group = this.#group(entry);
    const hasRoom = group.running < this.#limits.perGroup && this.#running < this.#limits.total;
    if (hasRoom) {
      group.running++;
      this.#running++;
    } else (group.running < this.#limits.perGroup ? this.#waiting : group.waiting).add(entry);
    return hasRoom;
  }

  /** An entry gives its room back; those that have room instead are its guests now. */
  leave({ group: name }: Entry): Entry[] {
    const group = this.#groups.get(name);
    if (!group) return [];
    group.running--;
    this.#running--;
    const [next] = group.waiting;
    if (next) {
      group.waiting.delete(next);
      this.#waiting.add(next);
    }
    if (group.running === 0 && group.waiting.size === 0) this.#groups.delete(name);
    return this.#invite();
  }

  /** An entry waits no more. */
  forget(entry: Entry): void {
    this.#waiting.delete(entry);
    this.#groups.get(entry.group)?.waiting.delete(entry);
  }

  #invite(): Entry[] {
    const invited: Entry[] = [];
    for (const entry of this.#waiting) {
      if (this.#running >= this.#limits.total) break;
      this.#waiting.delete(entry);
      if (this.enter(entry)) invited.push(entry);
    }
    return invited;
  }

  #group({ group: name }: Entry): Group<Entry> {
    const known = this.#groups.get(name);
    if (known) return known;
    const group: Group<Entry> = { running: 0, waiting: new Set() };
    this.#groups.set(name, group);
    return group;
  }
}

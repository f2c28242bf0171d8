/** How much may run at once. */
export interface RoomLimits {
  /** In total. */
  readonly total: number;
  /** Of one group, such as the checks of one host. */
  readonly perGroup: number;
}

/** What burdens the same, such as the checks of one host. */
export interface Group<Entry> {
  readonly name: string;
  members: number;
  running: number;
  /** Those that wait for room in this very group. */
  readonly waiting: Entry[];
}

/** Something that needs room to run. */
export interface Guest<Entry> {
  /** From {@link Room.join}. */
  readonly group: Group<Entry>;
}

/** Gives out room, first come first served, but whoever waits for its own group keeps nobody else waiting. */
export class Room<Entry extends Guest<Entry>> {
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
    for (const { waiting } of this.#groups.values()) for (const entry of waiting.splice(0)) this.#waiting.add(entry);
  }

  /** How many have room. */
  get running(): number {
    return this.#running;
  }

  /** How many wait for it. */
  get waiting(): number {
    let waiting = this.#waiting.size;
    for (const group of this.#groups.values()) waiting += group.waiting.length;
    return waiting;
  }

  /** The group of this name, with one more member. */
  join(name: string): Group<Entry> {
    const group = this.#groups.get(name) ?? { name, members: 0, running: 0, waiting: [] };
    this.#groups.set(name, group);
    group.members++;
    return group;
  }

  /** An entry will not enter any more; one that has room still has to {@link leave}. */
  quit(entry: Entry): void {
    const { group } = entry;
    this.#waiting.delete(entry);
    const place = group.waiting.indexOf(entry);
    if (place >= 0) group.waiting.splice(place, 1);
    group.members--;
    this.#tidy(group);
  }

  /** Whether an entry has room now. If not it waits, until {@link leave} invites it. */
  enter(entry: Entry): boolean {
    const { group } = entry;
    const hasRoom = group.running < this.#limits.perGroup && this.#running < this.#limits.total;
    if (hasRoom) {
      group.running++;
      this.#running++;
    } else if (group.running < this.#limits.perGroup) this.#waiting.add(entry);
    else group.waiting.push(entry);
    return hasRoom;
  }

  /** An entry gives its room back; those that have room instead are its guests now. */
  leave({ group }: Entry): Entry[] {
    group.running--;
    this.#running--;
    const next = group.waiting.shift();
    if (next) this.#waiting.add(next);
    this.#tidy(group);
    return this.#waiting.size === 0 ? [] : this.#invite();
  }

  #tidy({ name, members, running }: Group<Entry>): void {
    if (members === 0 && running === 0) this.#groups.delete(name);
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
}

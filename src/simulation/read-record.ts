import { parseIsoTime } from '../clock/iso-time.ts';
import { type Standing, wellStanding } from '../journal/chapter.ts';
import type { FarmSettings, JournalEntry } from '../journal/journal-entry.ts';
import { BackendReader, type Trace } from './backend-reader.ts';
import type { CutOff, FarmRecord, GuardianRecord, RecordedEvent } from './record.ts';

/** How long the canaries were asked at most, where the journal does not tell; in milliseconds. */
const askedMs = 1_000;

/** A guardian that does not say so goes on with what it knew when it was seen so lately, in milliseconds. */
const freshMs = 3_600_000;

interface FarmReader extends FarmRecord {
  readonly events: RecordedEvent[];
  readonly backends: Map<string, BackendReader>;
  settings: FarmSettings | undefined;
}

type Entry<Type extends JournalEntry['type']> = Extract<JournalEntry, { readonly type: Type }>;

/** Unrolls a journal: what each backend gave when, what was decided, and what was ordered. */
export const readRecord = async (entries: AsyncIterable<JournalEntry>): Promise<GuardianRecord> => {
  const reader = new RecordReader();
  for await (const entry of entries) reader.take(entry);
  return reader.end();
};

class RecordReader {
  #farms = new Map<string, FarmReader>();
  readonly #cutOffs: CutOff[] = [];
  #cutOff: Omit<CutOff, 'to'> | undefined;
  /** When the guardian was last seen. */
  #seenAt = 0;
  #from: number | undefined;
  #hasMark = false;

  take(entry: JournalEntry): void {
    const at = parseIsoTime(entry.at);
    if (Number.isNaN(at)) return;
    this.#from ??= at;
    this.#take(entry, at);
    this.#seenAt = at;
  }

  end(): GuardianRecord {
    this.#leave();
    const span = this.#from === undefined ? undefined : { from: this.#from, to: this.#seenAt };
    return { farms: this.#farms, cutOffs: this.#cutOffs, span };
  }

  #take(entry: JournalEntry, at: number): void {
    switch (entry.type) {
      case 'start':
        this.#start(entry, at);
        break;
      case 'reload':
        this.#watch(entry.farms, at, true);
        break;
      case 'chapter':
        this.#begin(entry, at);
        break;
      case 'isolation':
        this.#isolation(entry, at);
        break;
      case 'results':
        this.#backend(entry, at)?.end(parseIsoTime(entry.until) || at);
        break;
      case 'result':
      case 'flap':
      case 'counted':
      case 'flapping':
      case 'turned':
        this.#trace(entry, at);
        break;
      case 'admin': {
        const { farm, backend, ended = false, ...order } = entry;
        this.#farm(farm, at).events.push({ type: 'order', at, backend, order, ended });
        break;
      }
      case 'desired': {
        const { farm, backend, state } = entry;
        this.#farm(farm, at).events.push({ type: 'desired', at, backend, state });
        break;
      }
    }
  }

  #trace(entry: Trace, at: number): void {
    const { events } = this.#farm(entry.farm, at);
    const sighting = this.#backend(entry, at).take(entry, at);
    if (sighting) events.push({ type: 'seen', at, sighting });
    if (entry.type === 'turned') events.push({ type: 'turned', at, backend: entry.backend, to: entry.to });
  }

  #start({ farms, remembers }: Entry<'start'>, at: number): void {
    this.#leave();
    this.#watch(farms, at, remembers ?? at - this.#seenAt <= freshMs);
  }

  #watch(settings: Entry<'start'>['farms'], at: number, remembers: boolean): void {
    this.#hasMark = true;
    const watched = new Map(Object.entries(settings ?? {}));
    for (const farm of this.#farms.values())
      if (!watched.has(farm.id))
        farm.events.push({ type: 'watch', at, settings: null, remembers, standing: undefined });
    for (const [id, settings] of watched) {
      const known = this.#farms.get(id);
      const farm = known ?? this.#add(id);
      for (const [backend, reader] of farm.backends)
        if (!remembers || known?.settings?.backends?.[backend] !== settings.backends?.[backend]) reader.forget();
      farm.settings = settings;
      farm.events.push({ type: 'watch', at, settings, remembers, standing: undefined });
    }
  }

  /** Where the journal has lost its begin, the first new file says how everything stood; what is before has no ground. */
  #begin({ farms, standings }: Entry<'chapter'>, at: number): void {
    if (this.#hasMark) return;
    this.#hasMark = true;
    this.#from = at;
    this.#farms = new Map();
    for (const [id, settings] of Object.entries(farms)) {
      const standing = (backend: string): Standing => standings[`${id}/${backend}`] ?? wellStanding;
      const farm = this.#add(id);
      farm.settings = settings;
      farm.events.push({ type: 'watch', at, settings, remembers: false, standing });
      for (const backend of Object.keys(settings.backends ?? {}))
        this.#backend({ farm: id, backend }, at).stand(standing(backend), at);
    }
  }

  #isolation({ isolated, doubtedSince = '' }: Entry<'isolation'>, at: number): void {
    for (const { events } of this.#farms.values()) events.push({ type: 'isolation', at, isolated });
    if (isolated) this.#cutOff = { doubtedSince: parseIsoTime(doubtedSince) || at - askedMs, from: at };
    else this.#reconnect(at);
  }

  #reconnect(at: number): void {
    if (this.#cutOff) this.#cutOffs.push({ ...this.#cutOff, to: at });
    this.#cutOff = undefined;
  }

  /** The guardian was last seen just now. */
  #leave(): void {
    const at = this.#seenAt;
    this.#reconnect(at);
    for (const { events, backends } of this.#farms.values()) {
      events.push({ type: 'away', at });
      for (const reader of backends.values()) reader.end(at);
    }
  }

  #backend({ farm, backend }: { readonly farm: string; readonly backend: string }, at: number): BackendReader {
    const { backends } = this.#farm(farm, at);
    const known = backends.get(backend);
    if (known) return known;
    const reader = new BackendReader(backend);
    backends.set(backend, reader);
    return reader;
  }

  /** A farm that no settings told of is watched all the same. */
  #farm(id: string, at: number): FarmReader {
    const known = this.#farms.get(id);
    if (known) return known;
    const farm = this.#add(id);
    farm.events.push({ type: 'watch', at, settings: undefined, remembers: false, standing: undefined });
    return farm;
  }

  #add(id: string): FarmReader {
    const farm: FarmReader = { id, events: [], backends: new Map(), settings: undefined };
    this.#farms.set(id, farm);
    return farm;
  }
}

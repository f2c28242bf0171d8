import type { Status } from '../checker/status.ts';
import { endOfTime, parseIsoTime } from '../clock/iso-time.ts';
import { type AdminOrder, adminStates } from '../health/admin-order.ts';
import type { BackendHealth, Belief } from '../health/backend-health.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { EvidencePolicy } from '../health/evidence.ts';
import type { GuardPolicy } from '../health/farm-guard.ts';
import type { FlapHistory, FlapPolicy } from '../health/flapping.ts';
import type { BackendChange } from '../hook/hook.ts';
import type { Standing } from './chapter.ts';

/** How often a farm is looked at, and how its results are judged: what `simulate` can change. */
export interface FarmSettings {
  readonly rise: number;
  readonly fall: number;
  readonly intervalMs: number;
  readonly fastIntervalMs: number;
  readonly downIntervalMs: number;
  /** What each status says. The first journals had neither this nor what follows. */
  readonly evidence?: EvidencePolicy;
  /** When a backend counts as flapping; `null` for never. */
  readonly flapping?: FlapPolicy | null;
  readonly manualResume?: boolean;
  readonly guard?: GuardPolicy;
  /** Its backends, by id, each with what stands for how it is looked at (see `PlannedCheck`). */
  readonly backends?: Readonly<Record<string, string>>;
}

/** Settings by farm. */
export type FarmsSettings = Readonly<Record<string, FarmSettings>>;

/** How a run of equal results ended. */
export interface RunEnd {
  /** How many results it was. */
  readonly count: number;
  /** When the last of them began, ISO 8601. */
  readonly until: string;
}

/** What happened, without its place in the journal. */
export type JournalEvent =
  /** The guardian watches these farms from now on, and goes on with what it remembers, or begins afresh. */
  | { readonly type: 'start'; readonly farms?: FarmsSettings; readonly remembers?: boolean }
  | { readonly type: 'stop' }
  /** A new file of the journal: what stood when it began, since the files before it are deleted one day. */
  | {
      readonly type: 'chapter';
      readonly farms: FarmsSettings;
      /** By `FARM/BACKEND`; those that simply are well are left out. */
      readonly standings: Readonly<Record<string, Standing>>;
    }
  /** Checks have ended within the last second, and the guardian lives. */
  | { readonly type: 'alive'; readonly results: number }
  /** A result that differs from the backend's last one in status or code: the begin of a run of equal results. */
  | {
      readonly type: 'result';
      readonly farm: string;
      readonly backend: string;
      readonly status: Status;
      readonly code: string;
      readonly summary: string;
      readonly durationMs: number;
      /** How the run before it ended; absent with the first since the start. */
      readonly after?: RunEnd;
    }
  /** The guardian stops, or the backend is watched no more: the end of its run of equal results. */
  | ({ readonly type: 'results'; readonly farm: string; readonly backend: string } & RunEnd)
  /** Another config: how many checks it keeps, changes, adds and removes. */
  | {
      readonly type: 'reload';
      readonly farms: FarmsSettings;
      readonly kept: number;
      readonly changed: number;
      readonly added: number;
      readonly removed: number;
    }
  /** The belief in a backend turned. */
  | {
      readonly type: 'turned';
      readonly farm: string;
      readonly backend: string;
      readonly to: Belief;
      readonly code: string;
      readonly summary: string;
      /** Stands for what was looked at and how (see `PlannedCheck`). */
      readonly definition: string;
      readonly health: BackendHealth;
    }
  /** Evidence that turned nothing yet, or that took doubt away. */
  | { readonly type: 'counted'; readonly farm: string; readonly backend: string; readonly health: BackendHealth }
  /** An operator's order, or its end. */
  | ({
      readonly type: 'admin';
      readonly farm: string;
      readonly backend: string;
      readonly definition: string;
      /** Whether it only is the end of an order before. */
      readonly ended?: boolean;
    } & AdminOrder)
  /** How the results of a backend have changed lately. */
  | { readonly type: 'flap'; readonly farm: string; readonly backend: string; readonly flap: FlapHistory }
  /** A backend began to flap, or flaps no more. */
  | {
      readonly type: 'flapping';
      readonly farm: string;
      readonly backend: string;
      readonly flapping: boolean;
      readonly score: number;
    }
  /** The guardian found itself cut off, or is so no more. */
  | {
      readonly type: 'isolation';
      readonly isolated: boolean;
      readonly why: string;
      /** Since when failures that would have turned a backend down were not believed, ISO 8601. */
      readonly doubtedSince?: string;
    }
  /** Another state is desired of a backend: what its hooks are told. */
  | ({ readonly type: 'desired' } & Omit<BackendChange, 'sequence' | 'at'>)
  /** One attempt of a hook to deliver the change with the sequence `of`. */
  | {
      readonly type: 'delivery';
      readonly farm: string;
      readonly backend: string;
      readonly hook: string;
      /** Stands for how the hook is configured; the first journals had it not. */
      readonly by?: string;
      readonly state: DesiredState;
      readonly of: number;
      readonly outcome: 'delivered' | 'failed';
      readonly attempt: number;
      readonly durationMs: number;
      readonly error?: string;
    }
  /**
   * A balancer showed something else than what its hook had delivered last, the change with the sequence `of`: `drift`
   * is corrected, what the balancer's operator set is left alone.
   */
  | {
      readonly type: 'drift' | 'left-alone';
      readonly farm: string;
      readonly backend: string;
      readonly hook: string;
      readonly state: string;
      readonly of: number;
      /** The balancer's word for what it showed; `null` when it did not know the backend. */
      readonly found: string | null;
    };

/** A line of the journal. Sequence numbers grow by one, over restarts too. */
export type JournalEntry = { readonly sequence: number; readonly at: string } & JournalEvent;

/** What each type of entry must have, so that a foreign or damaged line is taken for none: text, or what is behind the colon. */
const fields = {
  start: '',
  stop: '',
  chapter: '',
  alive: 'results:number',
  result: 'farm backend status code summary durationMs:number',
  results: 'farm backend count:number until:time',
  reload: 'kept:number changed:number added:number removed:number',
  admin: 'farm backend definition state:order author reason until:end',
  turned: 'farm backend to:belief code summary definition health:health',
  counted: 'farm backend health:health',
  flap: 'farm backend flap:flap',
  flapping: 'farm backend flapping:flag score:number',
  isolation: 'isolated:flag why',
  desired: 'farm vip backend host port:number state:desired previous:before code summary',
  delivery: 'farm backend hook state:desired of:number outcome:outcome attempt:number durationMs:number',
  drift: 'farm backend hook state of:number',
  'left-alone': 'farm backend hook state of:number',
} as const satisfies Record<JournalEvent['type'], string>;

/** The types of entries that there are. */
export const entryTypes = Object.keys(fields) as readonly JournalEvent['type'][];

type Is = (value: unknown) => boolean;

const isNumber: Is = Number.isFinite;
const oneOf =
  (...words: readonly unknown[]): Is =>
  (value) =>
    words.includes(value);
/** Milliseconds since the epoch that have a date. */
const isInstant: Is = (value) => isNumber(value) && Math.abs(value as number) <= endOfTime;

const isHealth: Is = (value) => {
  const { state, since, failures, passes } = (value ?? {}) as Readonly<Record<string, unknown>>;
  switch (state) {
    case 'starting':
      return true;
    case 'up':
    case 'down':
      return isInstant(since);
    case 'falling':
      return isInstant(since) && isNumber(failures);
    case 'rising':
      return isInstant(since) && isNumber(passes);
    default:
      return false;
  }
};

const kinds: Readonly<Record<string, Is>> = {
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value === 'boolean',
  number: isNumber,
  time: (value) => typeof value === 'string' && isNumber(parseIsoTime(value)),
  end: (value) => value === null || isInstant(value),
  belief: oneOf('up', 'down'),
  order: oneOf(...adminStates),
  desired: oneOf('up', 'drain', 'down'),
  before: oneOf(null, 'up', 'drain', 'down'),
  outcome: oneOf('delivered', 'failed'),
  health: isHealth,
  flap: (value) => {
    const { changes, flapping } = (value ?? {}) as Readonly<Record<string, unknown>>;
    return isNumber(changes) && typeof flapping === 'boolean';
  },
};

/** A field of an entry, and what it must be. */
interface Field {
  readonly name: string;
  readonly is: Is;
}

const fieldOf = (text: string): Field => {
  const [name = '', kind = 'text'] = text.split(':');
  return { name, is: kinds[kind] ?? (() => false) };
};

const needed: ReadonlyMap<unknown, readonly Field[]> = new Map(
  Object.entries(fields).map(([type, list]) => [type, `at:time ${list}`.trim().split(' ').map(fieldOf)]),
);

/** The entry in a line; `undefined` when it is none, as after a crash in the middle of one. */
export const parseEntry = (line: string): JournalEntry | undefined => {
  try {
    const entry = JSON.parse(line) as Record<string, unknown> | null;
    if (!entry || !Number.isSafeInteger(entry['sequence'])) return undefined;
    const isWhole = needed.get(entry['type'])?.every(({ name, is }) => is(entry[name]));
    return isWhole ? (entry as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
};

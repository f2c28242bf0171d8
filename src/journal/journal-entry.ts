import type { Status } from '../checker/status.ts';
import type { AdminOrder } from '../health/admin-order.ts';
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

/** What each type of entry must have, so that a foreign or damaged line is taken for none. */
const fields = {
  start: '',
  stop: '',
  chapter: '',
  alive: 'results#',
  result: 'farm backend status code summary durationMs#',
  results: 'farm backend count# until',
  reload: 'kept# changed# added# removed#',
  admin: 'farm backend definition state author reason',
  turned: 'farm backend to code summary definition health.state',
  counted: 'farm backend health.state',
  flap: 'farm backend',
  flapping: 'farm backend score#',
  isolation: 'why',
  desired: 'farm vip backend host port# state code summary',
  delivery: 'farm backend hook state of# outcome attempt# durationMs#',
  drift: 'farm backend hook state of#',
  'left-alone': 'farm backend hook state of#',
} as const satisfies Record<JournalEvent['type'], string>;

/** The types of entries that there are. */
export const entryTypes = Object.keys(fields) as readonly JournalEvent['type'][];

/** A field of an entry: the way to it, and what it must be. */
interface Field {
  readonly path: readonly string[];
  readonly isNumber: boolean;
}

const fieldOf = (text: string): Field => ({ path: text.replace('#', '').split('.'), isNumber: text.endsWith('#') });

const needed: ReadonlyMap<unknown, readonly Field[]> = new Map(
  Object.entries(fields).map(([type, list]) => [type, `at ${list}`.trim().split(' ').map(fieldOf)]),
);

/** The entry in a line; `undefined` when it is none, as after a crash in the middle of one. */
export const parseEntry = (line: string): JournalEntry | undefined => {
  try {
    const entry = JSON.parse(line) as Record<string, unknown> | null;
    if (!entry || !Number.isSafeInteger(entry['sequence'])) return undefined;
    const isWhole = needed.get(entry['type'])?.every((field) => has(entry, field));
    return isWhole ? (entry as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
};

const has = (entry: Readonly<Record<string, unknown>>, { path, isNumber }: Field): boolean => {
  let value: unknown = entry;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return isNumber ? Number.isFinite(value) : typeof value === 'string';
};

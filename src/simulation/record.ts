import type { Status } from '../checker/status.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import type { Belief } from '../health/backend-health.ts';
import type { BackendState } from '../health/backend-state.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { Standing } from '../journal/chapter.ts';
import type { FarmSettings } from '../journal/journal-entry.ts';

/**
 * A stretch of time in which a backend gave equal results. The server changed somewhere between the last result of a
 * spell and the first of the next: the middle is taken. Times are milliseconds since the epoch.
 */
export interface Spell {
  readonly status: Status;
  readonly code: string;
  readonly from: number;
  readonly to: number;
  /** How long its first check took. */
  readonly durationMs: number;
  /** Whether nobody looked just before it. */
  readonly afterGap: boolean;
}

/** A check of which the journal tells when exactly it was: one that began a spell, or counted. */
export interface Sighting {
  readonly backend: string;
  readonly at: number;
  /** When it began; where the journal does not tell, as long before its end as the first of its spell. */
  readonly startedAt: number;
  readonly spell: Spell;
  /** Whether it was believed for certain. */
  readonly counted: boolean;
  /** What was believed after it. */
  readonly state: BackendState;
}

/** A time in which the guardian took itself for cut off. */
export interface CutOff {
  /** From here on failures that would have turned a backend down were not believed. */
  readonly doubtedSince: number;
  readonly from: number;
  /** Failures of runs that began before are not believed. */
  readonly to: number;
}

/** What happened to a farm, in the order of the journal. */
export type RecordedEvent = { readonly at: number } & (
  | {
      /** The guardian watches the farm under these settings from now on; `null` when it does no more. */
      readonly type: 'watch';
      readonly settings: FarmSettings | undefined | null;
      /** Whether it goes on with what it knew. */
      readonly remembers: boolean;
      /** How each backend stood, where the journal begins in the middle; `undefined` otherwise. */
      readonly standing: ((backend: string) => Standing) | undefined;
    }
  /** No guardian watches from here on. */
  | { readonly type: 'away' }
  | { readonly type: 'isolation'; readonly isolated: boolean }
  | { readonly type: 'order'; readonly backend: string; readonly order: AdminOrder; readonly ended: boolean }
  | { readonly type: 'seen'; readonly sighting: Sighting }
  | { readonly type: 'turned'; readonly backend: string; readonly to: Belief }
  | { readonly type: 'desired'; readonly backend: string; readonly state: DesiredState }
);

/** What the journal tells of one backend's checks, in the order of time. */
export interface BackendChecks {
  readonly spells: readonly Spell[];
  readonly sightings: readonly Sighting[];
}

/** What the journal tells of one farm. */
export interface FarmRecord {
  readonly id: string;
  readonly events: readonly RecordedEvent[];
  /** By id, all that there ever were. */
  readonly backends: ReadonlyMap<string, BackendChecks>;
}

/** What a journal tells. */
export interface GuardianRecord {
  /** By id. */
  readonly farms: ReadonlyMap<string, FarmRecord>;
  readonly cutOffs: readonly CutOff[];
  /** From when to when it tells; `undefined` when it tells nothing. */
  readonly span: { readonly from: number; readonly to: number } | undefined;
}

/** What a farm consisted of under some settings: by id, what stands for how each backend was looked at. */
export const membersOf = (farm: FarmRecord, settings: FarmSettings | undefined): ReadonlyMap<string, string> =>
  settings?.backends
    ? new Map(Object.entries(settings.backends))
    : new Map(Array.from(farm.backends.keys(), (id) => [id, '']));

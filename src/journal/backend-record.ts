import type { StandingOrder } from '../health/admin-order.ts';
import { type BackendHealth, unknownHealth } from '../health/backend-health.ts';
import { type FlapHistory, steadyHistory } from '../health/flapping.ts';
import type { BackendChange } from '../hook/hook.ts';

/** A result in short. */
export interface Reason {
  readonly code: string;
  readonly summary: string;
}

/** What the guardian remembers of a backend. Plain JSON. */
export interface BackendRecord {
  /** Stands for what is looked at and how (see `PlannedCheck`). */
  readonly definition: string;
  readonly health: BackendHealth;
  readonly flap: FlapHistory;
  /** The operator's order in force; `null` while it is `ready`. */
  readonly admin: StandingOrder;
  /** Why it last turned up or down. */
  readonly reason: Reason;
  /** What its hooks were told last; `null` before the first evidence. */
  readonly desired: BackendChange | null;
  /** Per hook, the sequence of the latest change it delivered. */
  readonly delivered: Readonly<Record<string, number>>;
}

/** Records by `FARM/BACKEND`. */
export type BackendRecords = ReadonlyMap<string, BackendRecord>;

/** The record of a backend nothing is known of. */
export const emptyRecord = (definition: string): BackendRecord => ({
  definition,
  health: unknownHealth,
  flap: steadyHistory,
  admin: null,
  reason: { code: 'ok', summary: '' },
  desired: null,
  delivered: {},
});

/** Of a backend that is checked otherwise nothing is known but what the operator ordered. */
export const afresh = (record: BackendRecord | undefined, definition: string): BackendRecord => ({
  ...emptyRecord(definition),
  admin: record?.admin ?? null,
});

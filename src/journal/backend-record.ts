import type { StandingOrder } from '../health/admin-order.ts';
import { type BackendHealth, unknownHealth } from '../health/backend-health.ts';
import type { DesiredState } from '../health/desired-state.ts';
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
  /**
   * Per hook, what stands for how it was configured when it delivered: what one delivered, another in its place did not.
   * The first snapshots had it not.
   */
  readonly deliveredBy?: Readonly<Record<string, string>>;
  /**
   * Per hook, what its balancer may show because of it: the state it delivered last, and those it has tried since. It
   * tells its own orders from those of the balancer's operator, whatever is known of the backend.
   */
  readonly told: Readonly<Record<string, readonly DesiredState[]>>;
}

/** What hooks have done about a backend. */
export type HookMemory = Pick<BackendRecord, 'delivered' | 'deliveredBy' | 'told'>;

/** An attempt of a hook to bring its balancer to the state of a change. */
export interface HookAttempt {
  readonly hook: string;
  /** Stands for how the hook is configured; the first journals had it not. */
  readonly by?: string | undefined;
  readonly change: Pick<BackendChange, 'state' | 'sequence'>;
  /** Whether it did. */
  readonly holds: boolean;
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
  deliveredBy: {},
  told: {},
});

/** Of a backend that is checked otherwise nothing is known but what the operator ordered, and what hooks did about it. */
export const afresh = (record: BackendRecord | undefined, definition: string): BackendRecord => ({
  ...emptyRecord(definition),
  admin: record?.admin ?? null,
  told: record?.told ?? {},
});

/** What is remembered once a hook has tried to bring its balancer to a state. */
export const afterAttempt = (
  { delivered, deliveredBy = {}, told = {} }: HookMemory,
  { hook, by, change: { state, sequence }, holds }: HookAttempt,
): HookMemory => {
  if (holds)
    return {
      delivered: { ...delivered, [hook]: sequence },
      deliveredBy: by === undefined ? deliveredBy : { ...deliveredBy, [hook]: by },
      told: { ...told, [hook]: [state] },
    };
  const before = told[hook] ?? [];
  return { delivered, deliveredBy, told: before.includes(state) ? told : { ...told, [hook]: [...before, state] } };
};

/** What is remembered once a hook has left a backend to its balancer's operator: it has to begin there like a new one. */
export const afterLeftAlone = ({ delivered, deliveredBy = {}, told = {} }: HookMemory, hook: string): HookMemory => ({
  delivered: without(hook, delivered),
  deliveredBy: without(hook, deliveredBy),
  told: without(hook, told),
});

const without = <Value>(hook: string, { [hook]: _, ...others }: Readonly<Record<string, Value>>) => others;

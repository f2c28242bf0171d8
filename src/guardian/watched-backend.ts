import type { CheckResult } from '../checker/result.ts';
import { formatAddress } from '../config/address.ts';
import type { FarmConfig } from '../config/config.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import type { BackendState, StatePolicy } from '../health/backend-state.ts';
import type { DesiredState } from '../health/desired-state.ts';
import { steadyHistory } from '../health/flapping.ts';
import { afresh, type BackendRecord, type Reason } from '../journal/backend-record.ts';

/** What one backend of a watched farm is known to be. */
export interface WatchedBackend extends Omit<BackendRecord, 'definition'>, BackendState {
  readonly plan: PlannedCheck;
  /** Whether the guard keeps it in rotation although it is believed down. */
  readonly held: boolean;
  /** The latest result since the start; `undefined` before the first. */
  readonly last: LatestResult | undefined;
}

/** What is kept of a result until the next one, ten thousand times over: the rest of it has been told by then. */
export interface LatestResult extends Pick<CheckResult, 'status' | 'code' | 'summary' | 'remedy'> {
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  readonly durationMs: number;
}

/** A backend as it begins to be watched; what is remembered counts only while it is checked as it was. */
export const beginToWatch = (plan: PlannedCheck, known: BackendRecord | undefined): WatchedBackend => {
  const { definition, ...record } = known?.definition === plan.definition ? known : afresh(known, plan.definition);
  const { admin = null, flap = steadyHistory } = record as Partial<BackendRecord>;
  return { ...record, admin, flap, plan, held: false, last: undefined };
};

/** What is worth remembering of it. */
export const recordOf = (backend: WatchedBackend): BackendRecord => {
  const { plan, health, flap, admin, reason, desired, delivered } = backend;
  return { definition: plan.definition, health, flap, admin, reason, desired, delivered };
};

/** Why a state is desired: an order, unless a drained backend has died. */
export const groundOf = ({ admin, reason }: WatchedBackend, state: DesiredState): Reason => {
  if (admin === null || (admin.state === 'drain' && state === 'down')) return reason;
  return { code: 'admin', summary: `${admin.state} ordered by ${admin.author}: ${admin.reason}` };
};

/** By what a farm's backends are judged. */
export const statePolicyOf = ({ policy, flapping, manualResume }: FarmConfig): StatePolicy => ({
  ...policy,
  flapping,
  manualResume,
});

/** A farm's virtual address as one word; empty when the config names none. */
export const vipText = ({ vip }: FarmConfig): string => (vip ? formatAddress(vip) : '');

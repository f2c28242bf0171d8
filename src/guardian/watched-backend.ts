import type { CheckResult } from '../checker/result.ts';
import { formatAddress } from '../config/address.ts';
import type { FarmConfig, Rhythm } from '../config/config.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import { waitsForReady } from '../health/backend-health.ts';
import { type BackendState, policyInForce, type StatePolicy } from '../health/backend-state.ts';
import type { DesiredState } from '../health/desired-state.ts';
import { steadyHistory } from '../health/flapping.ts';
import { afresh, type BackendRecord, type Reason } from '../journal/backend-record.ts';

/** What watching needs of a farm's config: nothing of what its checks and hooks are made of. */
export type WatchedRules = Omit<FarmConfig, 'check' | 'backends' | 'hooks' | 'resyncMs'>;

/** What watching needs of a planned check: nothing that runs. */
export type WatchedPlan = Pick<PlannedCheck, 'id' | 'farm' | 'backend' | 'definition'>;

/** What one backend of a watched farm is known to be. */
export interface WatchedBackend<Plan extends WatchedPlan = PlannedCheck>
  extends Omit<BackendRecord, 'definition'>,
    BackendState {
  readonly id: string;
  readonly plan: Plan;
  /** Whether the guard keeps it in rotation although it is believed down. */
  readonly held: boolean;
  /** The latest result since the start; `undefined` before the first. */
  readonly last: LatestResult | undefined;
}

/** What is kept of a result until the next one, ten thousand times over: the rest of it has been told by then. */
export interface LatestResult extends Pick<CheckResult, 'status' | 'code' | 'summary'> {
  readonly remedy: string | undefined;
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  readonly durationMs: number;
}

/** A backend as it begins to be watched; what is remembered counts only while it is checked as it was. */
export const beginToWatch = <Plan extends WatchedPlan>(
  plan: Plan,
  known: BackendRecord | undefined,
): WatchedBackend<Plan> => {
  const record = known?.definition === plan.definition ? known : afresh(known, plan.definition);
  const { health, reason, desired, delivered } = record;
  const { admin = null, flap = steadyHistory, deliveredBy = {}, told = {} } = record as Partial<BackendRecord>;
  // Written out, all are of one shape, which all that looks at one is quicker by.
  return {
    id: plan.backend.id,
    plan,
    health,
    flap,
    admin,
    reason,
    desired,
    delivered,
    deliveredBy,
    told,
    held: false,
    last: undefined,
  };
};

/** What is worth remembering of it. */
export const recordOf = (backend: WatchedBackend<WatchedPlan>): BackendRecord => {
  const { plan, health, flap, admin, reason, desired, delivered, deliveredBy = {}, told } = backend;
  return { definition: plan.definition, health, flap, admin, reason, desired, delivered, deliveredBy, told };
};

/** Why a state is desired: an order, unless a drained backend has died. */
export const groundOf = ({ admin, reason }: WatchedBackend<WatchedPlan>, state: DesiredState): Reason => {
  if (admin === null || (admin.state === 'drain' && state === 'down')) return reason;
  return { code: 'admin', summary: `${admin.state} ordered by ${admin.author}: ${admin.reason}` };
};

/** By what a farm's backends are judged. */
export const statePolicyOf = ({ policy, flapping, manualResume }: WatchedRules): StatePolicy => ({
  ...policy,
  flapping,
  manualResume,
});

/** How long until a backend in this state is looked at again, in milliseconds. */
export const intervalIn = (state: BackendState, policy: StatePolicy, rhythm: Omit<Rhythm, 'timeoutMs'>): number => {
  switch (state.health.state) {
    case 'falling':
      return rhythm.fastIntervalMs;
    case 'rising':
      return waitsForReady(state.health, policyInForce(state, policy)) ? rhythm.downIntervalMs : rhythm.fastIntervalMs;
    case 'down':
      return rhythm.downIntervalMs;
    default:
      return rhythm.intervalMs;
  }
};

/** A farm's virtual address as one word; empty when the config names none. */
export const vipText = ({ vip }: WatchedRules): string => (vip ? formatAddress(vip) : '');

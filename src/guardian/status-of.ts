import { isoTime } from '../clock/iso-time.ts';
import type { FarmConfig } from '../config/config.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import { type BackendHealth, type HealthPolicy, waitsForReady } from '../health/backend-health.ts';
import { policyInForce, type StatePolicy } from '../health/backend-state.ts';
import { leastUp } from '../health/farm-guard.ts';
import { flapScore } from '../health/flapping.ts';
import type { FarmHooks } from './farm-hooks.ts';
import type { FarmWatch } from './farm-watch.ts';
import type {
  AdminStatus,
  BackendStatus,
  FarmStatus,
  GuardianSummary,
  GuardStatus,
  LastResult,
} from './guardian-status.ts';
import { type LatestResult, statePolicyOf, vipText, type WatchedBackend } from './watched-backend.ts';

/** What a summary is made of: times in milliseconds since the epoch. */
export interface SummaryParts extends Pick<GuardianSummary, 'version' | 'schedule' | 'strays' | 'isolated' | 'dryRun'> {
  readonly startedAt: number;
  readonly farms: Iterable<{ readonly watch: FarmWatch }>;
  readonly journalFault: string | undefined;
}

/** What the guardian knows of itself, as plain JSON. */
export const summaryOf = ({ startedAt, farms, journalFault, ...rest }: SummaryParts): GuardianSummary => ({
  ...rest,
  startedAt: isoTime(startedAt),
  ready: areReady(farms),
  journalFault: journalFault ?? null,
});

const areReady = (farms: SummaryParts['farms']): boolean => {
  for (const { watch } of farms) for (const { last } of watch.eachBackend()) if (last === undefined) return false;
  return true;
};

/** A farm as it is watched, and its hooks. */
interface FarmParts {
  readonly watch: FarmWatch;
  readonly hooks: FarmHooks;
}

/** One farm, as plain JSON. */
export const farmStatusOf = ({ watch, hooks }: FarmParts): FarmStatus => {
  const { config, backends } = watch;
  const policy = statePolicyOf(config);
  return {
    id: config.id,
    vip: vipText(config),
    type: config.check.checker.name,
    rhythm: config.rhythm,
    policy: config.policy,
    guard: guardStatus(config, backends),
    backends: backends.map((backend) => backendStatus(backend, policy, hooks)),
    hooks: hooks.hooks,
  };
};

/** One backend of a farm, as plain JSON; `undefined` when the farm has none of this id. */
export const backendStatusOf = ({ watch, hooks }: FarmParts, id: string): BackendStatus | undefined => {
  const backend = watch.backend(id);
  return backend && backendStatus(backend, statePolicyOf(watch.config), hooks);
};

const guardStatus = ({ guard }: FarmConfig, backends: readonly WatchedBackend[]): GuardStatus => ({
  minUp: leastUp(guard, backends.length),
  whenAllFail: guard.whenAllFail,
  inRotation: backends.filter(({ desired }) => desired?.state === 'up').length,
  held: backends.filter(({ held }) => held).map(({ id }) => id),
});

const backendStatus = (watched: WatchedBackend, farmPolicy: StatePolicy, hooks: FarmHooks): BackendStatus => {
  const { plan, health, flap, admin, held, desired, last } = watched;
  const policy = policyInForce(watched, farmPolicy);
  const { id, host, port } = plan.backend;
  return {
    id,
    host,
    port,
    health: health.state,
    ...counted(health, policy),
    since: 'since' in health ? isoTime(health.since) : null,
    desired: desired?.state ?? null,
    admin: admin && adminStatus(admin),
    waitsForReady: waitsForReady(health, policy),
    flapping: flap.flapping,
    flapScore: Math.round(flapScore(flap) * 10) / 10,
    held,
    last: last ? lastResult(last) : null,
    deliveries: desired ? hooks.status(id) : [],
  };
};

const adminStatus = ({ state, author, reason, until }: AdminOrder): AdminStatus | null =>
  state === 'ready' ? null : { state, author, reason, until: until === null ? null : isoTime(until) };

const counted = (health: BackendHealth, { rise, fall }: HealthPolicy): Pick<BackendStatus, 'count' | 'needed'> => {
  if (health.state === 'falling') return { count: health.failures, needed: fall };
  if (health.state === 'rising') return { count: health.passes, needed: rise };
  return { count: 0, needed: 0 };
};

const lastResult = ({ status, code, summary, remedy, at, durationMs }: LatestResult): LastResult => ({
  status,
  code,
  summary,
  remedy: remedy ?? null,
  at: isoTime(at),
  durationMs: Math.round(durationMs * 1_000) / 1_000,
});

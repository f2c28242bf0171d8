import { isoTime } from '../clock/iso-time.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import { type BackendHealth, type HealthPolicy, waitsForReady } from '../health/backend-health.ts';
import { policyInForce, type StatePolicy } from '../health/backend-state.ts';
import { leastUp } from '../health/farm-guard.ts';
import { flapScore } from '../health/flapping.ts';
import type { FarmHooks } from './farm-hooks.ts';
import type { FarmWatch } from './farm-watch.ts';
import type { AdminStatus, BackendStatus, GuardianStatus, GuardStatus, LastResult } from './guardian-status.ts';
import { type LatestResult, statePolicyOf, vipText, type WatchedBackend } from './watched-backend.ts';

/** What a status is made of: times in milliseconds since the epoch. */
export interface StatusParts extends Pick<GuardianStatus, 'version' | 'schedule' | 'strays' | 'isolated' | 'dryRun'> {
  readonly startedAt: number;
  readonly farms: readonly { readonly watch: FarmWatch; readonly hooks: FarmHooks }[];
  readonly journalFault: string | undefined;
}

/** The guardian's status as plain JSON. */
export const statusOf = ({ startedAt, farms, journalFault, ...rest }: StatusParts): GuardianStatus => ({
  ...rest,
  startedAt: isoTime(startedAt),
  ready: farms.every(({ watch }) => watch.backends.every(({ last }) => last !== undefined)),
  journalFault: journalFault ?? null,
  farms: farms.map(({ watch, hooks }) => ({
    id: watch.config.id,
    vip: vipText(watch.config),
    type: watch.config.check.checker.name,
    rhythm: watch.config.rhythm,
    policy: watch.config.policy,
    guard: guardStatus(watch),
    backends: watch.backends.map((backend) => backendStatus(backend, statePolicyOf(watch.config), hooks)),
    hooks: hooks.hooks,
  })),
});

const guardStatus = ({ config: { guard }, backends }: FarmWatch): GuardStatus => ({
  minUp: leastUp(guard, backends.length),
  whenAllFail: guard.whenAllFail,
  inRotation: backends.filter(({ desired }) => desired?.state === 'up').length,
  held: backends.filter(({ held }) => held).map(({ plan }) => plan.backend.id),
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

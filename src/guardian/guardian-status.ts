import type { ReasonCode } from '../checker/reason-code.ts';
import type { Status } from '../checker/status.ts';
import type { Policy, Rhythm } from '../config/config.ts';
import type { AdminState } from '../health/admin-order.ts';
import type { HealthState } from '../health/backend-health.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { DeliveryCounts, LaneStatus } from '../hook/delivery.ts';
import type { ScheduleStats } from '../schedule/scheduler.ts';

/** Everything the guardian knows, as plain JSON: what `status`, the API and the metrics show. */
export interface GuardianStatus extends GuardianSummary {
  readonly farms: readonly FarmStatus[];
}

/** What the guardian knows of itself. */
export interface GuardianSummary {
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Whether every check has given a result since the start. */
  readonly ready: boolean;
  readonly schedule: ScheduleStats;
  /** Runs whose checker ignored its abort and has not ended yet. */
  readonly strays: number;
  /** Why the guardian believes itself cut off, and freezes every desired state; `null` while it does not. */
  readonly isolated: IsolationStatus | null;
  /** Whether hooks are told nothing (`--dry-run`). */
  readonly dryRun: boolean;
  /** Why the journal is not on disk; `null` while it is. */
  readonly journalFault: string | null;
}

/** The guardian is cut off from most of what it checks. */
export interface IsolationStatus {
  /** ISO 8601. */
  readonly since: string;
  /** What made it believe so, in one line. */
  readonly why: string;
}

/** One farm. */
export interface FarmStatus {
  readonly id: string;
  readonly vip: string;
  /** Name of its checker. */
  readonly type: string;
  /** How often its backends are looked at, and how much evidence it takes; milliseconds. */
  readonly rhythm: Rhythm;
  readonly policy: Policy;
  readonly guard: GuardStatus;
  readonly backends: readonly BackendStatus[];
  readonly hooks: readonly HookStatus[];
}

/** A farm's brake, as it stands. */
export interface GuardStatus {
  /** How many backends must stay in rotation. */
  readonly minUp: number;
  readonly whenAllFail: 'down' | 'hold';
  /** Of how many backends `up` is desired. */
  readonly inRotation: number;
  /** Ids of the backends that it keeps in rotation although they are believed down. */
  readonly held: readonly string[];
}

/** One backend. */
export interface BackendStatus {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly health: HealthState;
  /** Failures while falling, passes while rising; otherwise 0. */
  readonly count: number;
  /** How many it takes: `fall` while falling, `rise` (more while it flaps) while rising; otherwise 0. */
  readonly needed: number;
  /** When it last turned up or down, ISO 8601; `null` while starting. */
  readonly since: string | null;
  readonly desired: DesiredState | null;
  /** The operator's order in force; `null` while it is `ready`. */
  readonly admin: AdminStatus | null;
  /** Whether it has passed often enough and only waits for an operator's `ready` (`manualResume`). */
  readonly waitsForReady: boolean;
  /** Whether its results change so often that it takes more passes to come back. */
  readonly flapping: boolean;
  /** How much they change, in percent. */
  readonly flapScore: number;
  /** Whether the guard keeps it in rotation although it is believed down. */
  readonly held: boolean;
  readonly last: LastResult | null;
  readonly deliveries: readonly DeliveryStatus[];
}

/** An operator's order in force. */
export interface AdminStatus {
  readonly state: Exclude<AdminState, 'ready'>;
  readonly author: string;
  readonly reason: string;
  /** When it ends by itself, ISO 8601; `null` for never. */
  readonly until: string | null;
}

/** The latest result of a backend's check since the start. */
export interface LastResult {
  readonly status: Status;
  readonly code: ReasonCode;
  readonly summary: string;
  readonly remedy: string | null;
  /** ISO 8601. */
  readonly at: string;
  readonly durationMs: number;
}

/** Where one hook stands with a backend's desired state. */
export interface DeliveryStatus extends LaneStatus {
  readonly hook: string;
}

/** How one hook of a farm fares as a whole. */
export interface HookStatus extends DeliveryCounts {
  readonly hook: string;
  /** What it does, for people, such as `exec on-change`. */
  readonly driver: string;
  /** How many backends' newest state is not known to hold. */
  readonly pending: number;
}

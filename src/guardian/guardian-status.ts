import type { ReasonCode } from '../checker/reason-code.ts';
import type { Status } from '../checker/status.ts';
import type { HealthState } from '../health/backend-health.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { ScheduleStats } from '../schedule/scheduler.ts';

/** Everything the guardian knows, as plain JSON: what `status`, the API and the metrics show. */
export interface GuardianStatus {
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Whether every check has given a result since the start. */
  readonly ready: boolean;
  readonly farms: readonly FarmStatus[];
  readonly schedule: ScheduleStats;
  /** Runs whose checker ignored its abort and has not ended yet. */
  readonly strays: number;
  /** Why the journal is not on disk; `null` while it is. */
  readonly journalFault: string | null;
}

/** One farm. */
export interface FarmStatus {
  readonly id: string;
  readonly vip: string;
  /** Name of its checker. */
  readonly type: string;
  readonly backends: readonly BackendStatus[];
}

/** One backend. */
export interface BackendStatus {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly health: HealthState;
  /** Failures while falling, passes while rising; otherwise 0. */
  readonly count: number;
  /** How many it takes: `fall` while falling, `rise` while rising; otherwise 0. */
  readonly needed: number;
  /** When it last turned up or down, ISO 8601; `null` while starting. */
  readonly since: string | null;
  readonly desired: DesiredState | null;
  /** Whether the guard keeps it in rotation although it is believed down. */
  readonly held: boolean;
  readonly last: LastResult | null;
  readonly deliveries: readonly DeliveryStatus[];
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
export interface DeliveryStatus {
  readonly hook: string;
  readonly outcome: 'delivered' | 'pending' | 'failing';
  /** Attempts so far, while not delivered. */
  readonly attempts: number;
  /** Why the latest attempt failed. */
  readonly error: string | null;
}

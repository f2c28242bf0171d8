import { EventEmitter } from 'node:events';
import type { CheckResult } from '../checker/result.ts';
import type { PlanDiff } from '../farm/diff.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import type { Belief } from '../health/backend-health.ts';
import type { DeliveryAttempt } from '../hook/delivery.ts';
import type { BackendChange } from '../hook/hook.ts';

/** A backend, by name. */
export interface BackendName {
  readonly farm: string;
  readonly backend: string;
}

/** What a guardian tells those who listen, each with one argument. */
export interface GuardianEventMap {
  /** A check gave a result, and how long it took, in milliseconds. */
  result: [BackendName & { readonly result: CheckResult; readonly durationMs: number }];
  /** The belief in a backend turned. */
  turned: [BackendName & { readonly to: Belief; readonly result: CheckResult }];
  /** A backend began to flap, or flaps no more; the score is in percent. */
  flapping: [BackendName & { readonly flapping: boolean; readonly score: number }];
  /** The guardian found itself cut off from what it checks, or is so no more. */
  isolation: [{ readonly isolated: boolean; readonly why: string }];
  /** An operator's order was taken, or came to its end (`ready`, by `farm-guardian`). */
  admin: [BackendName & { readonly order: AdminOrder }];
  /** Another state is desired of a backend. */
  desired: [BackendChange];
  /** A hook tried to deliver a change. */
  delivery: [DeliveryAttempt & { readonly hook: string }];
  /** Another config is in force: what it did to the checks, by `FARM/BACKEND`. */
  reload: [PlanDiff];
}

/** Emits {@link GuardianEventMap}. A listener that throws is the listener's bug, and ends the process. */
export type GuardianEvents = EventEmitter<GuardianEventMap>;

/** An emitter for any number of listeners. */
export const createEvents = (): GuardianEvents => new EventEmitter<GuardianEventMap>().setMaxListeners(0);

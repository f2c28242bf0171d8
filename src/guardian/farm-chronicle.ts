import { oneLine } from '../checker/clean-text.ts';
import type { CheckResult } from '../checker/result.ts';
import type { Clock } from '../clock/clock.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import type { BackendHealth, Belief } from '../health/backend-health.ts';
import type { FlapHistory } from '../health/flapping.ts';
import type { DeliveryAttempt, Drift } from '../hook/delivery.ts';
import type { BackendChange } from '../hook/hook.ts';
import type { Logger } from '../log/logger.ts';
import type { GuardianEvents } from './events.ts';
import type { Decision } from './farm-watch.ts';
import type { Memory } from './memory.ts';

/** Where the chronicle is written. */
export interface ChronicleParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly memory: Memory;
  readonly events: GuardianEvents;
}

/** Writes down what happens to a farm: in the journal first, then in the log, then for those who listen. */
export class FarmChronicle {
  readonly #memory: Memory;
  readonly #log: Logger;
  readonly #events: GuardianEvents;
  readonly #clock: Clock;

  constructor({ clock, log, memory, events }: ChronicleParts) {
    this.#clock = clock;
    this.#log = log;
    this.#memory = memory;
    this.#events = events;
  }

  /** A check gave a result. Gives when, in milliseconds since the epoch. */
  result({ id, farm, backend: { id: backend } }: PlannedCheck, result: CheckResult, durationMs: number): number {
    const at = this.#clock.wallTime();
    const { status, code, summary } = result;
    this.#log.debug({ farm, backend, status, code, durationMs }, summary);
    this.#memory.took({ id, farm, backend, status, code, summary, startedAt: at - durationMs, durationMs });
    this.#events.emit('result', { farm, backend, result, durationMs });
    return at;
  }

  /** The belief in a backend turned. */
  turned(plan: PlannedCheck, to: Belief, health: BackendHealth, result: CheckResult): void {
    const { farm, definition } = plan;
    const backend = plan.backend.id;
    const { code } = result;
    const summary = oneLine(result.summary);
    this.#memory.journal.append({ type: 'turned', farm, backend, to, code, summary, definition, health });
    this.#log[to === 'up' ? 'info' : 'warn']({ farm, backend, code }, `${to}: ${summary}`);
    this.#events.emit('turned', { farm, backend, to, result });
  }

  /** The health of a backend is another one, but the belief has not turned. */
  counted({ farm, backend }: PlannedCheck, health: BackendHealth): void {
    this.#memory.journal.append({ type: 'counted', farm, backend: backend.id, health });
  }

  /** How the results of a backend have changed lately. */
  flap({ farm, backend }: PlannedCheck, flap: FlapHistory): void {
    this.#memory.journal.append({ type: 'flap', farm, backend: backend.id, flap });
  }

  /** A backend began to flap, or flaps no more; the score is in percent. */
  flapping({ farm, backend: { id: backend } }: PlannedCheck, flapping: boolean, score: number): void {
    const event = { farm, backend, flapping, score: Math.round(score * 10) / 10 };
    this.#memory.journal.append({ type: 'flapping', ...event });
    this.#log[flapping ? 'warn' : 'info'](event, flapping ? 'flaps: it takes more to come back' : 'flaps no more');
    this.#events.emit('flapping', event);
  }

  /** An operator's order was taken, or came to its end. */
  ordered({ farm, backend: { id: backend }, definition }: PlannedCheck, order: AdminOrder, ended: boolean): void {
    this.#memory.journal.append({ type: 'admin', farm, backend, definition, ...order, ...(ended && { ended }) });
    this.#log.info({ farm, backend, ...order }, `${order.state} ordered by ${order.author}: ${order.reason}`);
    this.#memory.touch();
    this.#events.emit('admin', { farm, backend, order });
  }

  /** Another state is desired of a backend: gives the decision its sequence and time. */
  desired(decision: Decision): BackendChange {
    const { type, ...change } = this.#memory.journal.append({ type: 'desired', ...decision });
    this.#events.emit('desired', change);
    return change;
  }

  /** A hook tried to deliver a change; `by` stands for how it is configured. */
  attempted(hook: string, attempt: DeliveryAttempt, by: string): void {
    const { change, error, durationMs, attempt: number, news } = attempt;
    const { farm, backend, state, sequence: of } = change;
    const outcome = error === undefined ? 'delivered' : 'failed';
    const about = { farm, backend, hook, by, state, of, outcome, attempt: number, durationMs } as const;
    if (news) this.#memory.journal.append({ type: 'delivery', ...about, ...(error !== undefined && { error }) });
    if (error === undefined) this.#memory.touch();
    this.#events.emit('delivery', { ...attempt, hook });
  }

  /** A hook found another state in its balancer than it had delivered. */
  found(type: 'drift' | 'left-alone', hook: string, { change, found }: Drift): void {
    const { farm, backend, state, sequence: of } = change;
    this.#memory.journal.append({ type, farm, backend, hook, state, of, found });
  }
}

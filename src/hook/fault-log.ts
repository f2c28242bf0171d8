import type { Clock } from '../clock/clock.ts';
import { formatAge } from '../clock/duration.ts';
import type { Logger } from '../log/logger.ts';

/** After the first line a fault that lasts is said again after a minute, then after two, four … an hour. */
const firstGapMs = 60_000;
const longestGapMs = 3_600_000;

/** How many faults are told apart at once: a balancer that words each answer anew must not fill the log. */
const mostFaults = 32;

interface Fault {
  readonly since: number;
  gapMs: number;
  sayAt: number;
  /** How often it happened since it was said. */
  unsaid: number;
}

/** Says each fault of a hook once, and at growing intervals while it lasts, however many backends it concerns. */
export class FaultLog {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #faults = new Map<string, Fault>();

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether anything is at fault. */
  get any(): boolean {
    return this.#faults.size > 0;
  }

  /** Takes note of a fault, by its message for people, and of what it happened to. */
  failed(message: string, about: Readonly<Record<string, unknown>>): void {
    const key = this.#faults.has(message) || this.#faults.size < mostFaults ? message : '';
    const now = this.#clock.now();
    const fault = this.#faults.get(key);
    if (!fault) {
      this.#faults.set(key, { since: now, gapMs: firstGapMs, sayAt: now + firstGapMs, unsaid: 0 });
      this.#log.warn(about, message);
      return;
    }
    fault.unsaid++;
    if (now < fault.sayAt) return;
    const { since, unsaid } = fault;
    this.#log.warn(about, `${message} (for ${formatAge(now - since)}, ${unsaid} more since it was last said)`);
    fault.gapMs = Math.min(longestGapMs, fault.gapMs * 2);
    fault.sayAt = now + fault.gapMs;
    fault.unsaid = 0;
  }

  /** Says that nothing is at fault any more, if anything was. */
  healed(about: Readonly<Record<string, unknown>>, message: string): void {
    if (!this.any) return;
    const since = Math.min(...[...this.#faults.values()].map((fault) => fault.since));
    this.#faults.clear();
    this.#log.info(about, `${message} after ${formatAge(this.#clock.now() - since)}`);
  }
}

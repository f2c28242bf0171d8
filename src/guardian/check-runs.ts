import { type CheckOutcome, runCheck } from '../checker/run-check.ts';
import type { Clock } from '../clock/clock.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import type { Logger } from '../log/logger.ts';

/** Runs checks, and counts those whose checker does not end when its time is over. */
export class CheckRuns {
  readonly #clock: Clock;
  readonly #log: Logger;
  #strays = 0;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Runs whose checker ignored its abort and has not ended yet. */
  get strays(): number {
    return this.#strays;
  }

  /** One run of a check. Never rejects. */
  run({ id, check, rhythm }: PlannedCheck, signal: AbortSignal): Promise<CheckOutcome> {
    const { timeoutMs } = rhythm;
    const onStray = (ended: Promise<void>) => this.#stray(id, ended);
    return runCheck(check, { timeoutMs, clock: this.#clock, log: this.#log, signal, onStray });
  }

  #stray(id: string, ended: Promise<void>): void {
    this.#strays++;
    this.#log.error({ check: id }, 'a checker ignores the end of its time');
    void ended.then(() => {
      this.#strays--;
    });
  }
}

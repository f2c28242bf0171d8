import type { CheckOutcome } from '../checker/run-check.ts';
import type { Clock } from '../clock/clock.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import type { Logger } from '../log/logger.ts';
import { CheckPool } from '../worker/check-pool.ts';

/**
 * Runs checks, those that may get stuck in worker threads, and counts those whose checker does not end when its time
 * is over.
 */
export class CheckRuns implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #pool: CheckPool;
  #strays = 0;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock;
    this.#log = log;
    this.#pool = new CheckPool({ clock });
  }

  /** Runs whose checker ignored its abort and has not ended yet. */
  get strays(): number {
    return this.#strays;
  }

  /** One run of a check. Never rejects. */
  run({ id, check, rhythm }: PlannedCheck, signal: AbortSignal): Promise<CheckOutcome> {
    const { timeoutMs } = rhythm;
    const onStray = (ended: Promise<void>) => this.#stray(id, ended);
    return this.#pool.run(check, { timeoutMs, clock: this.#clock, log: this.#log, signal, onStray });
  }

  /** Ends the worker threads. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  #stray(id: string, ended: Promise<void>): void {
    this.#strays++;
    this.#log.error({ check: id }, 'a checker ignores the end of its time');
    void ended.then(() => {
      this.#strays--;
    });
  }
}

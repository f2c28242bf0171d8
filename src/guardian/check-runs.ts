import { type CheckResult, result } from '../checker/result.ts';
import type { CheckOutcome } from '../checker/run-check.ts';
import type { Clock } from '../clock/clock.ts';
import type { StopSignal } from '../clock/stop.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import type { Logger } from '../log/logger.ts';
import { LoopWatch } from '../schedule/loop-watch.ts';
import { CheckPool } from '../worker/check-pool.ts';

/**
 * Runs checks, those that may get stuck in worker threads, and counts those whose checker does not end when its time
 * is over.
 */
export class CheckRuns implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #pool: CheckPool;
  readonly #loop: LoopWatch;
  #strays = 0;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock;
    this.#log = log;
    this.#pool = new CheckPool({ clock });
    this.#loop = new LoopWatch(clock);
  }

  /** Runs whose checker ignored its abort and has not ended yet. */
  get strays(): number {
    return this.#strays;
  }

  /** One run of a check. Never rejects. */
  run({ id, check, rhythm }: PlannedCheck, signal: StopSignal): Promise<CheckOutcome> {
    const { timeoutMs } = rhythm;
    const openedAt = this.#loop.open();
    const onStray = (ended: Promise<void>) => this.#stray(id, ended);
    const options = { timeoutMs, clock: this.#clock, log: this.#log, signal, onStray };
    return this.#pool.run(check, options).then((outcome) => {
      const lateMs = this.#loop.close(openedAt);
      return outcome === 'cancelled' ? outcome : judged(outcome, lateMs, timeoutMs);
    });
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

/** A server that served in spite of us did serve; whatever else was found may be our own doing. */
const judged = (found: CheckResult, lateMs: number, timeoutMs: number): CheckResult => {
  if (found.status === 'OK' || lateMs <= timeoutMs / 2) return found;
  return result({
    status: 'UNKNOWN',
    code: 'local-fault',
    summary: `the guardian itself was ${(lateMs / 1_000).toFixed(1)} s late: ${found.summary}`,
    remedy: 'This machine was suspended or overloaded: give the guardian more CPU, or fewer checks.',
    steps: found.steps,
  });
};

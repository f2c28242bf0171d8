import type { CheckContext } from '../checker/checker.ts';
import type { CheckResult } from '../checker/result.ts';
import type { RunReport } from './message.ts';
import { unpack } from './pack.ts';

/** One run in a worker thread, as this side of it sees it. */
export class ThreadRun {
  /** What the checker gave; rejects with what it threw, or with the loss of the thread. */
  readonly ended: Promise<CheckResult>;
  readonly #context: CheckContext;
  readonly #rested: () => void;
  #resolve: (result: CheckResult) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #stage: string | undefined;
  #rest = new AbortController();

  /** @param rested tells the thread that a rest is over */
  constructor(context: CheckContext, rested: () => void) {
    this.#context = context;
    this.#rested = rested;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The stage it was in when it last told of one. */
  get stage(): string | undefined {
    return this.#stage;
  }

  /** Ends it without a result. */
  fail(error: unknown): void {
    this.#rest.abort();
    this.#reject(error);
  }

  /** Takes what the thread says of it. Gives whether that was the last. */
  take(report: RunReport): boolean {
    const { log } = this.#context;
    switch (report.type) {
      case 'result':
        this.#resolve(unpack(report.result) as CheckResult);
        return true;
      case 'failed':
        this.#reject(report.error);
        return true;
      case 'said':
        this.#context[report.to]?.(report.text);
        return false;
      case 'entered':
        this.#stage = report.stage;
        this.#context.entered?.(report.stage);
        return false;
      case 'log':
        log[report.level](unpack(report.fields) as Readonly<Record<string, unknown>>, report.message);
        return false;
      case 'rest':
        this.#rest = new AbortController();
        void this.#context.rest(report.durationMs, this.#rest.signal).then(this.#rested);
        return false;
      case 'rest-over':
        this.#rest.abort();
        return false;
    }
  }
}

import { type AnyChecker, type CheckContext, DeadlineExceeded } from '../checker/checker.ts';
import type { Clock } from '../clock/clock.ts';
import { Stop } from '../clock/stop.ts';
import type { Logger } from '../log/logger.ts';
import type { Commission, Order, Report } from './message.ts';
import { pack, unpack } from './pack.ts';

/** Most that a run may say besides its result: what is stuck in a loop of words must not flood its listener. */
const mostReports = 10_000;

/** One run inside a worker thread. */
export class HostedRun {
  readonly #run: number;
  readonly #what: Commission;
  readonly #post: (report: Report) => void;
  readonly #stop = new Stop();
  #reports = 0;
  #rested: () => void = () => {};

  constructor(run: number, what: Commission, post: (report: Report) => void) {
    this.#run = run;
    this.#what = what;
    this.#post = post;
  }

  /** Runs the checker and posts what came of it; never rejects. */
  async perform(checker: AnyChecker, clock: Clock): Promise<void> {
    const { target, options } = this.#what;
    const run = this.#run;
    try {
      const result = await checker.check(target, unpack(options), this.#context(clock));
      this.#post({ type: 'result', run, result: pack(result) });
    } catch (error) {
      this.#post({ type: 'failed', run, error: plainError(error) });
    }
  }

  /** Takes an order to a run that has begun. */
  take(order: Order): void {
    if (order.type === 'rested') this.#rested();
    else if (order.type === 'abort')
      this.#stop.abort(order.reason === 'deadline' ? new DeadlineExceeded(this.#what.timeoutMs) : undefined);
  }

  #context(clock: Clock): CheckContext {
    const { timeoutMs, verbose, transcript } = this.#what;
    const run = this.#run;
    const say = (to: 'verbose' | 'transcript') => (text: string) => this.#tell({ type: 'said', run, to, text });
    return {
      signal: this.#stop.signal,
      stop: this.#stop,
      timeoutMs,
      clock,
      log: this.#log(),
      verbose: verbose ? say('verbose') : undefined,
      transcript: transcript ? say('transcript') : undefined,
      rest: (durationMs, ended) => this.#rest(durationMs, ended),
      entered: (stage) => this.#tell({ type: 'entered', run, stage }),
    };
  }

  #log(): Logger {
    const run = this.#run;
    const method = (level: keyof Logger) => (fields: Readonly<Record<string, unknown>>, message: string) =>
      this.#tell({ type: 'log', run, level, fields: pack(fields), message });
    return { debug: method('debug'), info: method('info'), warn: method('warn'), error: method('error') };
  }

  /** The deadline is kept on the other side, so the rest is too. */
  #rest(durationMs: number, ended: AbortSignal): Promise<void> {
    const run = this.#run;
    const over = AbortSignal.any([ended, this.#stop.signal]);
    return new Promise((resolve) => {
      if (over.aborted) return resolve();
      const end = () => this.#post({ type: 'rest-over', run });
      over.addEventListener('abort', end, { once: true });
      this.#rested = () => {
        over.removeEventListener('abort', end);
        resolve();
      };
      this.#post({ type: 'rest', run, durationMs });
    });
  }

  #tell(report: Report): void {
    if (this.#reports++ < mostReports) this.#post(report);
  }
}

/** An error with what a copy keeps; other things that were thrown as their text. */
const plainError = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(String(error));
  const { name, message, stack } = error;
  return Object.assign(new Error(message), { name, stack });
};

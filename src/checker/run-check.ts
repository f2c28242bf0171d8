import type { Clock, Timer } from '../clock/clock.ts';
import { Stop, type StopSignal } from '../clock/stop.ts';
import { type Logger, silentLogger } from '../log/logger.ts';
import { type AnyChecker, type CheckContext, DeadlineExceeded, type Target } from './checker.ts';
import { cleanText } from './clean-text.ts';
import { Deadline } from './deadline.ts';
import { type CheckResult, result } from './result.ts';

/** How a run is bounded and observed. */
export interface RunOptions {
  /** The whole time the run has, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log?: Logger;
  readonly verbose?: CheckContext['verbose'];
  readonly transcript?: CheckContext['transcript'];
  /** How long the checker may take to end after its abort before it counts as a stray. Default 500 ms. */
  readonly graceMs?: number;
  /** Told of a checker that ignores its abort; `ended` resolves when it ends after all. */
  readonly onStray?: (ended: Promise<void>) => void;
  /** Cancels the run: it then gives no result. */
  readonly signal?: StopSignal;
}

interface AnyCheck {
  readonly checker: AnyChecker;
  readonly target: Target;
  readonly options: unknown;
}

/** A run that was cancelled, or one that has its verdict. */
export type CheckOutcome = CheckResult | 'cancelled';

/**
 * Runs one check once, inside its deadline. Never rejects: a thrown error is a bug of the checker and becomes
 * UNKNOWN `internal`; a run past its deadline is CRITICAL `timeout` unless the checker names the stage itself.
 * Waits for the checker's own end, so that nothing it opened outlives the run, but no longer than `graceMs`.
 */
export const runCheck = (
  check: AnyCheck,
  { timeoutMs, clock, log = silentLogger, verbose, transcript, graceMs = 500, onStray, signal }: RunOptions,
): Promise<CheckOutcome> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve('cancelled');
    const startedAt = clock.now();
    const stop = new Stop();
    let grace: Timer | undefined;
    const end = (reason: unknown) => {
      // A checker may be cancelled before its first step is done.
      grace ??= clock.setTimer(() => giveUp(), graceMs);
      stop.abort(reason);
    };
    const cancel = () => end(signal?.reason);
    signal?.addEventListener('abort', cancel, { once: true });
    const deadline = new Deadline(clock, timeoutMs, () => end(new DeadlineExceeded(timeoutMs)));
    const settle = (verdict: CheckResult | undefined) => {
      deadline.cancel();
      grace?.cancel();
      signal?.removeEventListener('abort', cancel);
      resolve(signal?.aborted ? 'cancelled' : (verdict ?? timedOut(timeoutMs, clock.now() - startedAt)));
    };
    const rest: CheckContext['rest'] = (durationMs, ended) =>
      deadline.rest(durationMs, AbortSignal.any([ended, stop.signal]));
    const context = withSignal({ stop, timeoutMs, clock, log, verbose, transcript, rest });
    // What comes of a run that was given up changes nothing any more.
    const run = attempt(check, context).then(settle, (error) => settle(failed(check, context, error)));
    const giveUp = () => {
      onStray?.(run);
      settle(undefined);
    };
  });

/** Adds `signal`, which is not made before somebody looks at it, and is there for those who copy the context. */
const withSignal = (context: Omit<CheckContext, 'signal'> & { readonly stop: Stop }): CheckContext =>
  Object.defineProperty(context, 'signal', lazySignal) as typeof context & Pick<CheckContext, 'signal'>;

/** One getter for all: with a function of its own each, no two contexts were of one shape. */
const lazySignal = {
  enumerable: true,
  get(this: { readonly stop: Stop }): AbortSignal {
    return this.stop.signal;
  },
};

/** The checker's verdict, whether it throws at once or later. */
const attempt = ({ checker, target, options }: AnyCheck, context: CheckContext): Promise<CheckResult> => {
  try {
    return Promise.resolve(checker.check(target, options, context));
  } catch (error) {
    return Promise.reject(error);
  }
};

/** What is made of an error; `undefined` when the checker only passed its abort on. */
const failed = (
  { checker, target }: AnyCheck,
  { stop, log }: CheckContext,
  error: unknown,
): CheckResult | undefined => {
  if (stop.aborted) return undefined;
  log.error({ checker: checker.name, host: target.host, port: target.port, err: error }, 'checker failed');
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return result({
    status: 'UNKNOWN',
    code: 'internal',
    summary: `internal error in checker ${checker.name}: ${cleanText(why)}`,
    remedy: 'This is a bug in the checker, not a fault of the server: please report it.',
  });
};

const timedOut = (timeoutMs: number, elapsedMs: number): CheckResult =>
  result({
    status: 'CRITICAL',
    code: 'timeout',
    summary: `no verdict within ${timeoutMs / 1000} s`,
    steps: [{ name: 'timeout', durationMs: elapsedMs, code: 'timeout' }],
  });

import {
  type CheckContext,
  type CheckResult,
  judgeTime,
  result,
  type Stopwatch,
  type Target,
  timeMetric,
} from '../../src/checker/index.ts';
import { isCrowded } from './crowd.ts';
import { showBanner } from './expectation.ts';
import { labelOf, statusOf, tooSlow } from './failure.ts';
import type { FtpOptions } from './options.ts';
import { zeroed } from './zeroed.ts';

/** What a run at the greeting has to go by. */
export interface Greeting {
  readonly said: Buffer;
  readonly expected: boolean;
  /** Response time in seconds. */
  readonly seconds: number;
}

/**
 * The result of a look at the greeting, in check_tcp's words. An unexpected one is CRITICAL unless `mismatch` says
 * otherwise, but 421 and `530 too many users` are WARNING: a server that is full is alive.
 */
export const judgeGreeting = (
  { said, expected, seconds }: Greeting,
  target: Target,
  options: FtpOptions,
  { timeoutMs }: Pick<CheckContext, 'timeoutMs'>,
  watch: Stopwatch,
): CheckResult => {
  const shown = showBanner(said).trimEnd();
  const banner = options.jail ? '' : shown;
  const where = labelOf(target);
  const facts = banner === '' ? {} : { banner };
  const speed = judgeTime(seconds, options);
  if (expected) {
    const code = speed === 'OK' ? 'ok' : 'slow';
    return result({
      status: speed,
      code,
      summary: `${seconds.toFixed(3)} second response time on ${where}${banner && ` [${banner}]`}`,
      remedy: code === 'slow' ? tooSlow : undefined,
      steps: watch.steps(code),
      metrics: [timeMetric(seconds, options, timeoutMs)],
      facts,
      echoesBanner: true,
    });
  }
  const full = isCrowded(Number(shown.slice(0, 3)), shown);
  const wanted = options.mismatch ? statusOf[options.mismatch] : full ? 'WARNING' : 'CRITICAL';
  const status = speed === 'CRITICAL' ? speed : wanted;
  const code = status === 'OK' ? 'ok' : full ? 'overloaded' : 'banner-mismatch';
  return result({
    status,
    code,
    summary: `Unexpected response from host/socket${banner === '' ? ` on ${where}` : `: ${banner}`}`,
    remedy: full
      ? 'The server is alive but full: raise its limit of connections, or add servers to the farm.'
      : 'What answers is no FTP server that is ready: look at its log, and at what listens on the port.',
    steps: watch.steps(code),
    metrics: [timeMetric(seconds, zeroed(options), timeoutMs)],
    facts,
    echoesBanner: true,
  });
};

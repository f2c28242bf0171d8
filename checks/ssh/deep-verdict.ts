import {
  type CheckContext,
  type CheckResult,
  type Fact,
  judgeTime,
  type Metric,
  result,
  type Stopwatch,
  timeMetric,
} from '../../src/checker/index.ts';
import { answerPrefix, type Verdict } from './greeting-verdict.ts';
import type { SshOptions } from './options.ts';
import { SshFault } from './ssh-fault.ts';
import type { StageName } from './stage-name.ts';
import { timeoutFault } from './transport-fault.ts';
import type { Opinion } from './trust.ts';

/** What a run has learnt. */
export type Facts = Readonly<Record<string, Fact>>;

/** What a run that went well has to say. */
export interface Success {
  /** What was done, for people. */
  readonly done: string;
  readonly opinion: Opinion;
  readonly facts: Facts;
  /** What was measured besides times. */
  readonly metrics: readonly Metric[];
}

/** The result of a run in which everything went well, or well but late. */
export const passed = (
  { done, opinion, facts, metrics }: Success,
  options: SshOptions,
  { timeoutMs }: CheckContext,
  watch: Stopwatch<StageName>,
): CheckResult => {
  const seconds = watch.elapsedMs / 1_000;
  const status = judgeTime(seconds, options);
  const code = status === 'OK' ? 'ok' : 'slow';
  const aloud = opinion === 'accepted' && options.user !== undefined ? ', with whatever host key it has' : '';
  return result({
    status,
    code,
    summary: `${done} in ${seconds.toFixed(3)}s${aloud}`,
    ...(code === 'slow' && { remedy: 'The server answers, but later than the thresholds allow: look at its load.' }),
    steps: watch.steps(code),
    metrics: [timeMetric(seconds, options, timeoutMs), ...watch.metrics(), ...metrics],
    facts,
  });
};

/**
 * The result of a run that something ended.
 *
 * @throws the error itself when it is a bug of ours
 */
export const failed = (
  error: unknown,
  { signal, timeoutMs }: CheckContext,
  watch: Stopwatch<StageName>,
): CheckResult => {
  // What comes of the end of the run is no finding.
  const verdict = signal.aborted
    ? timeoutFault(watch.stage, timeoutMs)
    : error instanceof SshFault
      ? error.verdict
      : undefined;
  if (!verdict) throw error;
  return result({ ...oneLined(verdict), steps: watch.steps(verdict.code) });
};

/** What was said in place of an identification is printed as it came by the original alone. */
const oneLined = ({ line, ...verdict }: Verdict): Verdict => ({
  ...verdict,
  summary: verdict.summary.replace(/\s+/g, ' '),
  ...(line !== undefined && !line.startsWith(answerPrefix) && { line }),
});

/** What a run has learnt and measured by its end. */
export type Learnt = Pick<Success, 'facts' | 'metrics'>;

/**
 * A result that ended early, with what the run has learnt and how long it has taken by then, and what it had to leave
 * behind. What the classic check_ssh has words of its own for is left as it is.
 */
export const endedEarly = (
  verdict: CheckResult,
  { facts, metrics }: Learnt,
  options: SshOptions,
  { timeoutMs }: CheckContext,
  watch: Stopwatch<StageName>,
): CheckResult => {
  const { leftBehind } = facts;
  const { line, code, summary, remedy = '' } = verdict;
  const isClassic = line !== undefined || code === 'dns';
  return result({
    ...verdict,
    ...(!isClassic && {
      metrics: [timeMetric(watch.elapsedMs / 1_000, options, timeoutMs), ...watch.metrics(), ...metrics],
    }),
    ...(leftBehind !== undefined && {
      summary: `${summary}; ${leftBehind} is left behind`,
      remedy: `${remedy} Delete ${leftBehind}.`.trimStart(),
    }),
    facts,
  });
};

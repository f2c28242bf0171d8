import {
  type CheckContext,
  type CheckResult,
  classifyNetworkError,
  type Fact,
  judgeTime,
  type Metric,
  result,
  type Stopwatch,
  timeMetric,
} from '../../src/checker/index.ts';
import { DeepFailure } from './deep-failure.ts';
import { tooSlow } from './failure.ts';
import type { FtpOptions } from './options.ts';
import { brokeOff, isTlsError } from './tls-failure.ts';

/** What a run has learnt. */
export type Facts = Readonly<Record<string, Fact>>;

/** What a run came to in which everything went well. */
export interface Done {
  /** What was done, for the summary. */
  readonly done: string;
  /** How long it took, in seconds: without the goodbye, to which no server owes an answer. */
  readonly seconds: number;
  readonly facts: Facts;
}

/** The result of a run in which everything went well, or well but late. */
export const passed = (
  { done, seconds, facts }: Done,
  options: FtpOptions,
  { timeoutMs }: Pick<CheckContext, 'timeoutMs'>,
  watch: Stopwatch,
): CheckResult => {
  const status = judgeTime(seconds, options);
  const code = status === 'OK' ? 'ok' : 'slow';
  const size: readonly Metric[] = 'size' in facts ? [{ label: 'size', value: Number(facts['size']), unit: 'B' }] : [];
  return result({
    status,
    code,
    summary: `${done} in ${seconds.toFixed(3)}s${wayOf(facts)}`,
    ...(code === 'slow' && { remedy: tooSlow }),
    steps: watch.steps(),
    metrics: [timeMetric(seconds, options, timeoutMs), ...watch.metrics(), ...size],
    facts,
  });
};

/** The way that data connections were opened, of which `passive` and `active` leave two. */
const wayOf = ({ dataMode }: Facts): string => (dataMode === undefined ? '' : ` (${String(dataMode).toUpperCase()})`);

/**
 * The result of a run that something ended.
 *
 * @throws the error itself when it is a bug of ours
 */
export const failed = (error: unknown, watch: Stopwatch): CheckResult => {
  const { status, code, message, remedy } = error instanceof DeepFailure ? error : lostConnection(error, watch.stage);
  return result({ status, code, summary: message, remedy, steps: watch.steps(code) });
};

/**
 * A result that ended early, with what the run has learnt and how long it has taken by then, and what it had to leave
 * behind. A classic line is left as it is.
 */
export const endedEarly = (
  verdict: CheckResult,
  facts: Facts,
  options: FtpOptions,
  { timeoutMs }: Pick<CheckContext, 'timeoutMs'>,
  watch: Stopwatch,
): CheckResult => {
  const { leftBehind } = facts;
  const { line, summary, remedy = '' } = verdict;
  return result({
    ...verdict,
    ...(line === undefined && {
      metrics: [timeMetric(watch.elapsedMs / 1_000, options, timeoutMs), ...watch.metrics()],
    }),
    ...(leftBehind !== undefined && {
      summary: `${summary}; ${leftBehind} is left behind`,
      remedy: `${remedy} Delete ${leftBehind}.`.trimStart(),
    }),
    facts,
  });
};

/** A good result with what is to be warned of; one that is worse than that stays as it is. */
export const withWarning = (verdict: CheckResult, warning: DeepFailure | undefined): CheckResult => {
  if (!warning || verdict.status === 'CRITICAL') return verdict;
  const { status, code, message, remedy } = warning;
  const steps = verdict.steps.map((step) => (step.name === 'tls' ? { ...step, code } : step));
  return result({ ...verdict, status, code, summary: `${message}; ${verdict.summary}`, remedy, steps });
};

/** Errors of sockets have a code, those with which basic-ftp closes are plain ones; anything else is a bug. */
const lostConnection = (error: unknown, stage: string): DeepFailure => {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  if (isTlsError(error)) return brokeOff(error, stage);
  const fault = 'syscall' in error ? classifyNetworkError(error) : undefined;
  return new DeepFailure(
    fault?.status ?? 'CRITICAL',
    fault?.code === 'local-fault' ? 'local-fault' : 'reset',
    `connection lost during ${stage}: ${fault?.text ?? 'closed by the server'}`,
    fault?.remedy ?? 'The server, or what stands before it, closes the connection: look at its log and limits.',
  );
};

import { type CheckResult, type Fact, type Metric, result, type Step } from '../../src/checker/index.ts';
import { elapsedMs, type Judging, judgeEnd } from './end-verdict.ts';
import { type FileCame, fileOf } from './file-verdict.ts';
import { optionPairs } from './negotiation.ts';
import type { Reading } from './read.ts';
import type { Verdict } from './verdict.ts';

/** The result of a reading. */
export const judge = (reading: Reading, judging: Judging): CheckResult => {
  const { exchange } = reading;
  const came =
    exchange.end.kind === 'file' ? fileOf(exchange.end, judging.options, exchange.granted?.tsize) : undefined;
  const verdict = judgeEnd(reading, came, judging);
  const { status, code, summary, remedy } = verdict;
  return result({
    status,
    code,
    summary,
    remedy,
    steps: stepsOf(reading, verdict),
    metrics: metricsOf(reading, came, judging),
    facts: factsOf(reading, came, judging),
  });
};

const stepsOf = ({ lap, exchange }: Reading, { status, code }: Verdict): readonly Step[] => {
  const { answerMs, elapsedMs } = exchange;
  const steps: Step[] = lap ? [{ name: 'mtu-lap', durationMs: lap.elapsedMs }] : [];
  if (answerMs !== undefined) steps.push({ name: 'answer', durationMs: answerMs });
  const last = answerMs === undefined ? 'answer' : 'transfer';
  const durationMs = elapsedMs - (answerMs ?? 0);
  steps.push(status === 'OK' ? { name: last, durationMs } : { name: last, durationMs, code });
  return steps;
};

const metricsOf = (
  reading: Reading,
  came: FileCame | undefined,
  { options, timeoutMs }: Judging,
): readonly Metric[] => {
  if (reading.exchange.answerMs === undefined) return [];
  const { warning, critical } = options;
  const value = elapsedMs(reading) / 1_000;
  const metrics: Metric[] = [{ label: 'time', value, unit: 's', warning, critical, min: 0, max: timeoutMs / 1_000 }];
  if (came?.size !== undefined) metrics.push({ label: 'size', value: came.size, unit: 'B' });
  return metrics;
};

const factsOf = ({ lap, exchange }: Reading, came: FileCame | undefined, { port }: Judging): Record<string, Fact> => {
  const { granted, answerPort } = exchange;
  // Not out of spread parts: those cost more than all the rest of a judgement.
  const facts: Record<string, Fact> = {
    requests: exchange.requests + (lap?.requests ?? 0),
    strangers: exchange.strangers + (lap?.strangers ?? 0),
    duplicates: exchange.duplicates + (lap?.duplicates ?? 0),
  };
  if (answerPort !== undefined) facts['newPort'] = answerPort !== port;
  if (granted) facts['options'] = optionPairs(granted).map((pair) => pair.join(' '));
  if (came) facts['sha256'] = came.sha256;
  if (came?.size !== undefined) facts['size'] = came.size;
  return facts;
};

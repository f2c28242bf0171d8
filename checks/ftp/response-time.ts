import { type Metric, Range, type Status } from '../../src/checker/index.ts';

/** Thresholds on the seconds a run took. */
export interface Thresholds {
  readonly warning?: Range | undefined;
  readonly critical?: Range | undefined;
}

/** What the thresholds say of a response time. */
export const judgeTime = (seconds: number, { warning, critical }: Thresholds): Status => {
  if (critical?.alerts(seconds)) return 'CRITICAL';
  return warning?.alerts(seconds) ? 'WARNING' : 'OK';
};

/** The response time as check_tcp prints it: everything with six decimals, from 0 to the timeout. */
export const timeMetric = (seconds: number, { warning, critical }: Thresholds, timeoutMs: number): Metric => ({
  label: 'time',
  value: seconds,
  unit: 's',
  warning,
  critical,
  min: 0,
  max: timeoutMs / 1_000,
  digits: 6,
});

const zero = new Range(0, 0);

/** Thresholds as check_tcp prints them with an unexpected answer: zero where they are given. */
export const zeroed = ({ warning, critical }: Thresholds): Thresholds => ({
  warning: warning && zero,
  critical: critical && zero,
});

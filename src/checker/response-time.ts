import type { Metric } from './perfdata.ts';
import type { Range } from './range.ts';
import type { Status } from './status.ts';

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

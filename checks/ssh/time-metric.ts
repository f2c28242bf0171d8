import type { Metric } from '../../src/checker/index.ts';

/** The time of the whole run as performance data, in the classic form. */
export const timeMetric = (elapsedMs: number, timeoutMs: number): Metric => ({
  label: 'time',
  value: elapsedMs / 1_000,
  unit: 's',
  min: 0,
  max: timeoutMs / 1_000,
  digits: 6,
});

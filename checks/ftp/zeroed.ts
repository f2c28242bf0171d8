import { Range, type Thresholds } from '../../src/checker/index.ts';

const zero = new Range(0, 0);

/** Thresholds as check_tcp prints them with an unexpected answer: zero where they are given. */
export const zeroed = ({ warning, critical }: Thresholds): Thresholds => ({
  warning: warning && zero,
  critical: critical && zero,
});

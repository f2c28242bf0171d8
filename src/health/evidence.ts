import type { Evidence } from './backend-health.ts';

/** What each status of a result says about the backend. UNKNOWN is our own trouble, so it is no evidence. */
export const evidenceOf = {
  OK: 'pass',
  WARNING: 'pass',
  CRITICAL: 'fail',
  UNKNOWN: 'neutral',
} as const satisfies Record<string, Evidence>;

import type { Evidence } from './backend-health.ts';

/** What each status of a result says about the backend. */
export type EvidencePolicy = Readonly<Record<'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN', Evidence>>;

/** The usual one. UNKNOWN is our own trouble, so it is no evidence. */
export const evidenceOf = {
  OK: 'pass',
  WARNING: 'pass',
  CRITICAL: 'fail',
  UNKNOWN: 'neutral',
} as const satisfies EvidencePolicy;

/** What a result says. A fault of our own is no evidence, whatever the policy makes of UNKNOWN. */
export const evidenceIn = (
  { status, code }: { readonly status: keyof EvidencePolicy; readonly code: string },
  policy: EvidencePolicy,
): Evidence => (code === 'local-fault' ? 'neutral' : policy[status]);

import { expect, it } from 'vitest';
import type { Evidence } from '../../src/health/backend-health.ts';
import { evidenceIn, evidenceOf } from '../../src/health/evidence.ts';

const strict = { ...evidenceOf, WARNING: 'fail', UNKNOWN: 'fail' } as const;

it.each<[keyof typeof evidenceOf, string, Evidence, Evidence]>([
  ['OK', 'ok', 'pass', 'pass'],
  ['WARNING', 'slow', 'pass', 'fail'],
  ['CRITICAL', 'refused', 'fail', 'fail'],
  ['UNKNOWN', 'dns', 'neutral', 'fail'],
  ['UNKNOWN', 'local-fault', 'neutral', 'neutral'],
])('%s with code %s is usually %s, and %s where WARNING and UNKNOWN fail', (status, code, usual, other) => {
  expect(evidenceIn({ status, code }, evidenceOf)).toBe(usual);
  expect(evidenceIn({ status, code }, strict)).toBe(other);
});

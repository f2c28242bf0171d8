import type { GuardianStatus } from '../guardian/guardian-status.ts';
import { isPath, type Pages } from './answer.ts';
import { type Metrics, metricsContentType } from './metrics.ts';
import type { Pulse } from './pulse.ts';

/** What {@link supervisorPages} show. */
export interface SupervisorParts {
  readonly status: () => GuardianStatus | undefined;
  readonly metrics: Metrics;
  readonly pulse: Pulse;
}

/** `/metrics` for Prometheus, and `/healthz`: 200 while the scheduler turns, 503 when it is stuck or not there yet. */
export const supervisorPages =
  ({ status, metrics, pulse }: SupervisorParts): Pages =>
  ({ path }) => {
    if (isPath(path, 'healthz')) {
      const now = status();
      const alive = now !== undefined && pulse.beats(now);
      return { code: alive ? 200 : 503, body: { alive, lastResultMs: Math.round(pulse.ageMs) } };
    }
    if (!isPath(path, 'metrics')) return undefined;
    const now = status();
    if (!now) return { code: 503, body: { error: 'the guardian is starting' } };
    return { code: 200, type: metricsContentType, body: metrics.text(now) };
  };

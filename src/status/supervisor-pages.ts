import type { Rhythm } from '../config/config.ts';
import type { GuardianView } from '../guardian/guardian.ts';
import { isPath, type Pages } from './answer.ts';
import { type Metrics, metricsContentType } from './metrics.ts';
import type { Pulse } from './pulse.ts';

/** What {@link supervisorPages} show. */
export interface SupervisorParts {
  /** `undefined` until it has started. */
  readonly guardian: () => GuardianView | undefined;
  /** The farms that it watches. */
  readonly farms: () => readonly { readonly rhythm: Rhythm }[];
  readonly metrics: Metrics;
  readonly pulse: Pulse;
}

/** `/metrics` for Prometheus, and `/healthz`: 200 while the scheduler turns, 503 when it is stuck or not there yet. */
export const supervisorPages =
  ({ guardian, farms, metrics, pulse }: SupervisorParts): Pages =>
  ({ path }) => {
    if (isPath(path, 'healthz')) {
      const alive = guardian() !== undefined && pulse.beats({ farms: farms() });
      return { code: alive ? 200 : 503, body: { alive, lastResultMs: Math.round(pulse.ageMs) } };
    }
    if (!isPath(path, 'metrics')) return undefined;
    const running = guardian();
    if (!running) return { code: 503, body: { error: 'the guardian is starting' } };
    return { code: 200, type: metricsContentType, body: metrics.text(running) };
  };

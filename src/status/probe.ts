import type { CheckOutcome } from '../checker/run-check.ts';
import type { Clock } from '../clock/clock.ts';
import { formatAddress } from '../config/address.ts';
import type { PlannedCheck } from '../farm/plan.ts';
import { type Answer, isPath, type Pages } from './answer.ts';
import { familyHead, sampleLine } from './metric-text.ts';
import { metricsContentType } from './metrics.ts';

/** What {@link probePages} need. */
export interface ProbeParts {
  /** The checks of a farm that may be run; none where there is no such farm. */
  readonly plans: (farm: string) => readonly PlannedCheck[];
  /** Runs one now, beside the schedule. */
  readonly run: (plan: PlannedCheck, signal: AbortSignal) => Promise<CheckOutcome>;
  readonly clock: Clock;
}

/** How many probes may run at once. */
const most = 10;

/**
 * `/probe?target=HOST[:PORT]&module=FARM`: runs the check of a farm once against one of its backends, and answers in
 * metrics, as the blackbox exporter of Prometheus does. Only backends of the farm are probed: a check may carry a
 * password, which nobody else must be able to send anywhere.
 */
export const probePages = ({ plans, run, clock }: ProbeParts): Pages => {
  let running = 0;
  return async ({ path, query, signal }) => {
    if (!isPath(path, 'probe')) return undefined;
    const [target, farm] = [query.get('target'), query.get('module')];
    if (!target || !farm) return refuse(400, 'a probe needs target=HOST[:PORT] and module=FARM');
    const ofFarm = plans(farm);
    if (ofFarm.length === 0) return refuse(404, `no farm ${farm}`);
    const plan = findPlan(ofFarm, target);
    if (!plan) return refuse(404, `farm ${farm} has no backend ${target}`);
    if (running >= most) return refuse(503, `${most} probes are running already`);
    running++;
    const startedAt = clock.now();
    const outcome = await run(plan, signal).finally(() => {
      running--;
    });
    return outcome === 'cancelled' ? undefined : report(outcome, (clock.now() - startedAt) / 1_000);
  };
};

const refuse = (code: number, error: string): Answer => ({ code, body: { error } });

/** By address, host alone or id. */
const findPlan = (plans: readonly PlannedCheck[], target: string): PlannedCheck | undefined =>
  plans.find(({ backend }) => [formatAddress(backend), backend.host, backend.id].includes(target));

const report = ({ status, code }: Exclude<CheckOutcome, 'cancelled'>, seconds: number): Answer => {
  const success = status === 'OK' || status === 'WARNING' ? 1 : 0;
  const family = (name: string, help: string, labels: Readonly<Record<string, string>>, value: number) =>
    familyHead(name, 'gauge', help) + sampleLine(name, [labels, value]);
  const body = [
    family('probe_success', 'Whether the check passed.', {}, success),
    family('probe_duration_seconds', 'How long the check took.', {}, seconds),
    family('farm_guardian_probe_result', 'What the check gave.', { status, code }, 1),
  ].join('');
  return { code: 200, type: metricsContentType, body };
};

import { Counter, Gauge, Registry } from 'prom-client';
import type { Clock } from '../clock/clock.ts';
import { turnsNowAndThen } from '../clock/slices.ts';
import type { Guardian, GuardianView } from '../guardian/guardian.ts';
import type { FarmStatus, GuardianSummary } from '../guardian/guardian-status.ts';
import { backendMetrics } from './backend-metrics.ts';
import { BackendTally } from './backend-tally.ts';
import { histogramText } from './metric-text.ts';

/** What `/metrics` is served as: Prometheus' text format. */
export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** What can come of a delivery, or of reading the balancer back. */
const outcomes = ['delivered', 'failed', 'resynced', 'drifted', 'unread'] as const;

const latenessMetric = ({ lateness: { buckets, sumMs, count } }: GuardianSummary['schedule']): string => {
  const below = buckets.map(({ leMs, count }): [number, number] => [leMs / 1_000, count]);
  const series = { labels: {}, below, sum: sumMs / 1_000, count };
  return histogramText('farm_guardian_schedule_lateness_seconds', 'How late checks started.', [series]);
};

/** The guardian's metrics, in a registry of its own. */
export class Metrics {
  readonly #clock: Clock;
  readonly #tally = new BackendTally();
  #lastCompleted = 0;
  readonly #registry = new Registry();
  readonly #deliveries = new Counter({
    name: 'farm_guardian_hook_deliveries_total',
    help: 'What came of deliveries, and of reading balancers back, since the start.',
    labelNames: ['farm', 'hook', 'outcome'] as const,
    registers: [this.#registry],
  });
  readonly #pending = this.#gauge('hook_pending', 'Desired states that a hook has not delivered yet.', 'farm', 'hook');
  readonly #isolated = this.#gauge(
    'isolated',
    'Whether the guardian believes itself cut off, and freezes every state.',
  );
  readonly #held = this.#gauge('guard_held', "Backends believed down that a farm's guard keeps in rotation.", 'farm');
  readonly #missed = new Counter({
    name: 'farm_guardian_runs_missed_total',
    help: 'Checks skipped since the start because the one before was still running.',
    registers: [this.#registry],
  });
  readonly #reload = this.#gauge(
    'config_last_reload_successful',
    'Whether the latest config that was read is in force.',
  );
  readonly #completed = this.#gauge('last_completed_check_timestamp_seconds', 'When the latest check ended.');

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#reload.set(1);
  }

  /** Counts what a guardian does from now on. */
  listen({ events }: Pick<Guardian, 'events'>): void {
    this.#tally.listen(events);
    events.on('result', () => {
      this.#lastCompleted = this.#clock.wallTime();
    });
  }

  /** Notes whether a reload brought a new config into force, and passes it on. */
  async reloading<Report>(reload: Promise<Report>): Promise<Report> {
    try {
      const report = await reload;
      this.#reload.set(1);
      return report;
    } catch (error) {
      this.#reload.set(0);
      throw error;
    }
  }

  /** All metrics in Prometheus' text format, in slices between which checks get their turn. */
  async *text(guardian: Pick<GuardianView, 'summary' | 'farms'>): AsyncGenerator<string> {
    const othersTurn = turnsNowAndThen();
    const farms: FarmStatus[] = [];
    for (const farm of guardian.farms()) {
      farms.push(farm);
      await othersTurn();
    }
    const summary = guardian.summary();
    this.#collect(summary, farms);
    yield await this.#registry.metrics();
    yield latenessMetric(summary.schedule);
    for (const slice of backendMetrics(farms, this.#tally, this.#clock.wallTime())) {
      yield slice;
      await othersTurn();
    }
  }

  #collect({ schedule, isolated }: GuardianSummary, farms: readonly FarmStatus[]): void {
    for (const metric of [this.#pending, this.#deliveries, this.#held]) metric.reset();
    this.#isolated.set(isolated ? 1 : 0);
    for (const { id: farm, guard, hooks } of farms) {
      this.#held.set({ farm }, guard.held.length);
      for (const hook of hooks) {
        this.#pending.set({ farm, hook: hook.hook }, hook.pending);
        for (const outcome of outcomes) this.#deliveries.inc({ farm, hook: hook.hook, outcome }, hook[outcome]);
      }
    }
    this.#missed.reset();
    this.#missed.inc(schedule.missed);
    this.#completed.set(this.#lastCompleted / 1_000);
  }

  #gauge<Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> {
    return new Gauge({ name: `farm_guardian_${name}`, help, labelNames, registers: [this.#registry] });
  }
}

import { Counter, Gauge, Registry } from 'prom-client';
import type { Clock } from '../clock/clock.ts';
import { turn } from '../clock/turn.ts';
import type { Guardian } from '../guardian/guardian.ts';
import type { GuardianStatus } from '../guardian/guardian-status.ts';
import { backendMetrics } from './backend-metrics.ts';
import { BackendTally } from './backend-tally.ts';

/** What `/metrics` is served as: Prometheus' text format. */
export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** The guardian's metrics, in a registry of its own. */
export class Metrics {
  readonly #clock: Clock;
  readonly #tally = new BackendTally();
  readonly #registry = new Registry();
  readonly #deliveries = new Counter({
    name: 'farm_guardian_hook_deliveries_total',
    help: 'Attempts of hooks to deliver a desired state since the start.',
    labelNames: ['farm', 'hook', 'outcome'] as const,
    registers: [this.#registry],
  });
  readonly #pending = this.#gauge('hook_pending', 'Desired states that a hook has not delivered yet.', 'farm', 'hook');
  readonly #held = this.#gauge('guard_held', "Backends believed down that a farm's guard keeps in rotation.", 'farm');
  readonly #lateness = this.#gauge('schedule_lateness_seconds', 'How late the latest check started.');
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
    events.on('delivery', ({ hook, change: { farm }, error }) =>
      this.#deliveries.inc({ farm, hook, outcome: error === undefined ? 'delivered' : 'failed' }),
    );
    let last = 0;
    events.on('result', () => {
      last = this.#clock.wallTime();
    });
    this.#lastCompleted = () => last;
  }

  /** Says whether a new config was taken. */
  reloaded(successful: boolean): void {
    this.#reload.set(successful ? 1 : 0);
  }

  /** All metrics in Prometheus' text format, in slices between which checks get their turn. */
  async *text(status: GuardianStatus): AsyncGenerator<string> {
    this.#collect(status);
    yield await this.#registry.metrics();
    for (const slice of backendMetrics(status.farms, this.#tally, this.#clock.wallTime())) {
      yield slice;
      await turn();
    }
  }

  #lastCompleted: () => number = () => 0;

  #collect({ farms, schedule }: GuardianStatus): void {
    this.#pending.reset();
    this.#held.reset();
    for (const { id: farm, backends } of farms) {
      this.#held.set({ farm }, backends.filter(({ held }) => held).length);
      for (const { deliveries } of backends)
        for (const { hook, outcome } of deliveries) this.#pending.inc({ farm, hook }, outcome === 'delivered' ? 0 : 1);
    }
    this.#lateness.set(schedule.latenessMs / 1_000);
    this.#missed.reset();
    this.#missed.inc(schedule.missed);
    this.#completed.set(this.#lastCompleted() / 1_000);
  }

  #gauge<Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> {
    return new Gauge({ name: `farm_guardian_${name}`, help, labelNames, registers: [this.#registry] });
  }
}

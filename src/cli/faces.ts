import { runCheck } from '../checker/run-check.ts';
import type { Clock } from '../clock/clock.ts';
import type { Config, FarmConfig } from '../config/index.ts';
import { type PlannedCheck, planChecks } from '../farm/plan.ts';
import type { Guardian } from '../guardian/guardian.ts';
import type { Pages } from '../status/answer.ts';
import { apiPages } from '../status/api.ts';
import { badgePages } from '../status/badge.ts';
import { type Control, controlPages } from '../status/control.ts';
import { dashboardPages } from '../status/dashboard.ts';
import { eventPages } from '../status/event-pages.ts';
import { Metrics } from '../status/metrics.ts';
import { probePages } from '../status/probe.ts';
import { Pulse } from '../status/pulse.ts';
import { readOnlyPages } from '../status/status-server.ts';
import { supervisorPages } from '../status/supervisor-pages.ts';

/** Everything that people and machines may ask the daemon, before and after its guardian has started. */
export class Faces {
  readonly metrics: Metrics;
  readonly pulse: Pulse;
  readonly #clock: Clock;
  #guardian: Guardian | undefined;
  #farms: readonly FarmConfig[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.metrics = new Metrics(clock);
    this.pulse = new Pulse(clock);
  }

  /** Shows a guardian from now on. */
  show(guardian: Guardian): void {
    this.#guardian = guardian;
    this.metrics.listen(guardian);
    this.pulse.listen(guardian.events);
  }

  /** Takes the farms of a config for those that may be probed. */
  configure({ farms }: Config): void {
    this.#farms = farms;
  }

  /** For everybody who reaches the TCP address. */
  get web(): readonly Pages[] {
    return [readOnlyPages, ...this.#reading];
  }

  /** For whoever may use the unix socket. */
  admin(reload: Control['reload']): readonly Pages[] {
    return [controlPages({ guardian: () => this.#guardian, reload }), readOnlyPages, ...this.#reading];
  }

  get #reading(): readonly Pages[] {
    const clock = this.#clock;
    const guardian = () => this.#guardian;
    const probe = (plan: PlannedCheck, signal: AbortSignal) =>
      runCheck(plan.check, { timeoutMs: plan.rhythm.timeoutMs, clock, signal });
    return [
      supervisorPages({ guardian, farms: () => this.#farms, metrics: this.metrics, pulse: this.pulse }),
      eventPages({ events: () => this.#guardian?.events, clock }),
      apiPages(guardian),
      badgePages(guardian),
      probePages({
        plans: (farm) => this.#farms.filter(({ id }) => id === farm).flatMap(planChecks),
        run: probe,
        clock,
      }),
      dashboardPages,
    ];
  }
}

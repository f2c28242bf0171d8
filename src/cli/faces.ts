import type { Clock } from '../clock/clock.ts';
import type { Guardian } from '../guardian/guardian.ts';
import type { Pages } from '../status/answer.ts';
import { apiPages } from '../status/api.ts';
import { type Control, controlPages } from '../status/control.ts';
import { Metrics } from '../status/metrics.ts';
import { Pulse } from '../status/pulse.ts';
import { readOnlyPages } from '../status/status-server.ts';
import { supervisorPages } from '../status/supervisor-pages.ts';

/** Everything that people and machines may ask the daemon, before and after its guardian has started. */
export class Faces {
  readonly metrics: Metrics;
  readonly pulse: Pulse;
  #guardian: Guardian | undefined;

  constructor(clock: Clock) {
    this.metrics = new Metrics(clock);
    this.pulse = new Pulse(clock);
  }

  /** Shows a guardian from now on. */
  show(guardian: Guardian): void {
    this.#guardian = guardian;
    this.metrics.listen(guardian);
    this.pulse.listen(guardian.events);
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
    const status = () => this.#guardian?.status();
    return [supervisorPages({ status, metrics: this.metrics, pulse: this.pulse }), apiPages(status)];
  }
}

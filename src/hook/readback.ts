import type { DeliveryReports } from './delivery.ts';
import type { BackendChange, HookDriver, ObservedState } from './hook.ts';

/** What a balancer that can be read showed last. */
export class Readback {
  readonly #driver: HookDriver;
  readonly #farm: string;
  readonly #reports: DeliveryReports;
  readonly #seen = new Map<string, ObservedState>();
  /** Why it could not be read the last time; `undefined` when it could. */
  fault: string | undefined;
  /** Reads that failed since the last one that did not. */
  failures = 0;

  constructor(driver: HookDriver, farm: string, reports: DeliveryReports) {
    this.#driver = driver;
    this.#farm = farm;
    this.#reports = reports;
  }

  /** What it shows of a backend; `undefined` when it was not read, or does not know the backend. */
  of(backend: string): ObservedState | undefined {
    return this.#seen.get(backend);
  }

  /**
   * Reads it anew, where it can be read at all.
   *
   * @throws the driver's error
   */
  async read(signal: AbortSignal): Promise<void> {
    if (!this.#driver.observe) return;
    try {
      const seen = await this.#driver.observe(this.#farm, signal);
      this.#seen.clear();
      for (const [backend, state] of seen) this.#seen.set(backend, state);
    } catch (error) {
      if (signal.aborted) throw error;
      this.failures++;
      this.fault = error instanceof Error ? error.message : String(error);
      this.#reports.unread(this.fault);
      throw error;
    }
    if (this.failures > 0) this.#reports.unread(undefined);
    this.failures = 0;
    this.fault = undefined;
  }

  /** Notes that a driver that reads back what it did has brought a backend to a state. */
  shows({ backend, state }: BackendChange): void {
    if (this.#driver.observe) this.#seen.set(backend, { state, word: state, manual: false });
  }
}

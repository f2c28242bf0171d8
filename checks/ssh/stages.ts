import type { Clock, ReasonCode, Step } from '../../src/checker/index.ts';

/** The stages of an SSH check, in their order. */
export type StageName = 'connect' | 'greeting' | 'kex' | 'auth' | 'subsystem' | 'transfer';

/** Times the stages of one run, one after another. */
export class Stages {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #done: Step[] = [];
  #current: StageName = 'connect';
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#since = this.#startedAt;
  }

  /** The stage that the run is in. */
  get current(): StageName {
    return this.#current;
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.#clock.now() - this.#startedAt;
  }

  /** Ends the current stage and begins the next one. */
  enter(stage: StageName): void {
    this.#done.push(this.#step());
    this.#current = stage;
    this.#since = this.#clock.now();
  }

  /** The stages so far with the current one; `code` is why the run ends there. */
  steps(code?: ReasonCode): readonly Step[] {
    return [...this.#done, { ...this.#step(), ...(code && { code }) }];
  }

  #step(): Step {
    return { name: this.#current, durationMs: this.#clock.now() - this.#since };
  }
}

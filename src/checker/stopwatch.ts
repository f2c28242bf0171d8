import type { Clock } from '../clock/clock.ts';
import type { Metric } from './perfdata.ts';
import type { ReasonCode } from './reason-code.ts';
import type { Step } from './result.ts';

/** Times the stages of a run, one after the other; the stage it is in is the one to blame. */
export class Stopwatch<Stage extends string = string> {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #stage: Stage;
  #stageStartedAt: number;
  readonly #steps: Step[] = [];
  readonly #entered: ((stage: string) => void) | undefined;
  /** What the run waits for, where that says more than the stage: a timeout is put down to it. */
  waitingFor: string;
  /** Which of several repetitions the run is in, such as `transfer 4 of 5`; empty when there are none. */
  repetition = '';
  /** Milliseconds that passed because the options say so (`CheckContext.rest`), not because the server is slow. */
  restedMs = 0;

  /** @param entered told of each stage, the first one too: `CheckContext.entered` */
  constructor(clock: Clock, firstStage: NoInfer<Stage>, entered?: (stage: string) => void) {
    this.#clock = clock;
    this.#entered = entered;
    this.#stage = firstStage;
    this.waitingFor = firstStage;
    this.#startedAt = clock.now();
    this.#stageStartedAt = this.#startedAt;
    entered?.(firstStage);
  }

  /** The stage the run is in. */
  get stage(): Stage {
    return this.#stage;
  }

  /** Milliseconds since the start, without those that were rested. */
  get elapsedMs(): number {
    return this.#clock.now() - this.#startedAt - this.restedMs;
  }

  /** Ends the stage and begins the next. */
  enter(stage: Stage): void {
    const now = this.#clock.now();
    this.#steps.push(this.#stepUntil(now));
    this.#stage = stage;
    this.waitingFor = stage;
    this.#stageStartedAt = now;
    this.#entered?.(stage);
  }

  /** All steps so far, the current stage as the last one, with the code that it ended in unless it went well. */
  steps(code?: ReasonCode): readonly Step[] {
    const steps = this.#steps.slice();
    steps.push(this.#stepUntil(this.#clock.now(), code === 'ok' ? undefined : code));
    return steps;
  }

  /** The steps as performance data, in seconds; those of the same name are added up. */
  metrics(): readonly Metric[] {
    const totals = new Map<string, number>();
    for (const { name, durationMs } of this.steps()) totals.set(name, (totals.get(name) ?? 0) + durationMs);
    return [...totals].map(([label, ms]) => ({ label, value: ms / 1_000, unit: 's' }));
  }

  #stepUntil(now: number, code?: ReasonCode): Step {
    const durationMs = now - this.#stageStartedAt;
    return code === undefined ? { name: this.#stage, durationMs } : { name: this.#stage, durationMs, code };
  }
}

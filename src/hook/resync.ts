import type { Clock, Timer } from '../clock/clock.ts';
import { backoffMs } from './backoff.ts';
import type { HookDriver, ObservedState } from './hook.ts';
import type { Lane } from './lane.ts';
import type { Readback } from './readback.ts';

/** What {@link Resync} is made of. */
export interface ResyncOptions {
  readonly driver: HookDriver;
  readonly readback: Readback;
  readonly clock: Clock;
  /** How often it looks; `undefined` for once at the start, and only where the balancer can be read. */
  readonly everyMs: number | undefined;
  /** The deliveries to look after, as they are at the moment. */
  readonly lanes: () => readonly Lane[];
  readonly findings: ResyncFindings;
}

/** What a look finds of a backend, and what is to be done about it. */
export interface ResyncFindings {
  /** The balancer shows what it should. */
  holds(lane: Lane): void;
  /** The balancer shows what its operator has set. */
  isOperators(lane: Lane, seen: ObservedState): void;
  /** The balancer shows something else: it is to be told anew. `found` is its word for it, `null` for nothing. */
  drifted(lane: Lane, found: string | null): void;
  /** The balancer's operator has let go of the backend: it is to be told anew. */
  released(lane: Lane): void;
  /** The balancer cannot be read: it is to be told once more what it was told. */
  unseen(lane: Lane): void;
}

/** Looks after what was delivered, from time to time: reads the balancer back, or has it told again. */
export class Resync implements AsyncDisposable {
  readonly #options: ResyncOptions;
  readonly #stop = new AbortController();
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: ResyncOptions) {
    this.#options = options;
    // A balancer that can be read is read before it is told anything.
    if (options.driver.observe) this.#lookIn(0);
    else this.#lookLater();
  }

  /** Looks no more, and ends a look under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { driver, readback, lanes, findings } = this.#options;
    if (!driver.observe) {
      for (const lane of lanes()) if (lane.phase.is === 'settled') findings.unseen(lane);
      this.#lookLater();
      return;
    }
    const before = new Map(lanes().map((lane) => [lane, lane.phase]));
    const read = await readback.read(this.#stop.signal).then(
      () => true,
      () => false,
    );
    if (this.#stop.signal.aborted) return;
    // What was delivered meanwhile was not there to be seen yet.
    for (const [lane, phase] of before) if (read && lane.phase === phase) this.#judge(lane);
    this.#lookLater();
  }

  /** Compares what the balancer shows of a backend with what it should. */
  #judge(lane: Lane): void {
    const { readback, findings } = this.#options;
    const { phase, wanted } = lane;
    if (phase.is !== 'settled' && phase.is !== 'left-alone') return;
    const seen = readback.of(wanted.backend);
    if (seen && lane.isOperators(seen)) findings.isOperators(lane, seen);
    else if (phase.is === 'left-alone') findings.released(lane);
    else if (seen?.state === wanted.state) findings.holds(lane);
    else findings.drifted(lane, seen?.word ?? null);
  }

  #lookLater(): void {
    const { everyMs, clock, readback } = this.#options;
    if (everyMs === undefined) return;
    // Many farms do not come in step; after a failed read the balancer may be back, in any state, at any time.
    const steadyMs = everyMs * (1 - clock.random() / 10);
    const { failures } = readback;
    this.#lookIn(failures === 0 ? steadyMs : Math.min(steadyMs, backoffMs(failures, clock.random())));
  }

  #lookIn(delayMs: number): void {
    this.#timer = this.#options.clock.setTimer(() => {
      this.#looking = this.#look();
    }, delayMs);
  }
}

import type { Clock, Timer } from '../clock/clock.ts';
import { isoTime } from '../clock/iso-time.ts';
import type { Address } from '../config/config.ts';
import type { Evidence } from '../health/backend-health.ts';
import { areMost, FailureNotes } from '../health/isolation.ts';
import { anyAnswers } from './canaries.ts';
import type { IsolationStatus } from './guardian-status.ts';

/** How often the canaries are asked while none answers, and for how long an answer is believed. */
const everyMs = 1_000;

/** Evidence on its way to a belief. */
export interface Testimony {
  /** `FARM/BACKEND`. */
  readonly id: string;
  readonly evidence: Evidence;
  /** When the run began, on the monotonic clock. */
  readonly startedAt: number;
  /** Whether the backend is believed up, or nothing is believed of it yet. */
  readonly counts: boolean;
  /** Whether it would turn down now. */
  isDecisive(): boolean;
  /** Takes the evidence, sooner or later, as it is to be understood. */
  believe(evidence: Evidence): void;
}

/** What {@link Isolation} is made of. */
export interface IsolationOptions {
  readonly clock: Clock;
  readonly canaries: readonly Address[];
  /** Told of what a listener threw. */
  readonly onError: (error: unknown) => void;
  /**
   * Told when the guardian finds itself cut off, and when it is no more; when cut off, also since when failures that
   * would have turned a backend down were not believed, in milliseconds since the epoch.
   */
  readonly onChange: (isolated: boolean, why: string, doubtedSince?: number) => void;
  /** Asks the canaries. Default over the network. */
  readonly ask?: typeof anyAnswers;
}

type State =
  | { readonly name: 'connected'; readonly sureUntil: number }
  | { readonly name: 'asking'; readonly sinceWall: number; readonly held: Testimony[] }
  | { readonly name: 'isolated'; readonly since: number; readonly sinceWall: number; readonly why: string };

/**
 * Stands between results and beliefs. When a backend would turn down while most checks fail, the canaries are asked
 * first. If none answers the guardian is cut off: failures say nothing then, until one answers or most checks pass.
 */
export class Isolation implements AsyncDisposable {
  readonly #options: IsolationOptions;
  readonly #notes = new FailureNotes();
  readonly #stop = new AbortController();
  #canaries: readonly Address[];
  #state: State = { name: 'connected', sureUntil: Number.NEGATIVE_INFINITY };
  /** Failures of runs that began before are not believed. */
  #cutUntil = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(options: IsolationOptions) {
    this.#options = options;
    this.#canaries = options.canaries;
  }

  /** Whether every desired state is frozen. */
  get isolated(): boolean {
    return this.#state.name === 'isolated';
  }

  /** For people; `null` while it is not isolated. */
  get status(): IsolationStatus | null {
    return this.#state.name === 'isolated' ? { since: isoTime(this.#state.sinceWall), why: this.#state.why } : null;
  }

  /** Other canaries from now on. */
  set canaries(canaries: readonly Address[]) {
    this.#canaries = canaries;
    if (canaries.length === 0 && this.isolated) this.#reconnect('there are no canaries any more');
  }

  /** Weighs evidence; it is believed at once unless the canaries have to be asked first. */
  weigh(testimony: Testimony): void {
    const { clock } = this.#options;
    const { id, evidence, counts, startedAt, believe } = testimony;
    if (this.#canaries.length === 0) {
      believe(evidence);
      return;
    }
    if (counts) this.#notes.note(id, evidence, clock.now());
    else this.#notes.forget(id);
    if (evidence !== 'fail') believe(evidence);
    else if (startedAt < this.#cutUntil) believe('neutral');
    else this.#weighFailure(testimony);
  }

  /** A check is watched no more. */
  forget(id: string): void {
    this.#notes.forget(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    await this.#asking;
  }

  #weighFailure(testimony: Testimony): void {
    const state = this.#state;
    switch (state.name) {
      case 'connected':
        if (this.#options.clock.now() < state.sureUntil || !this.#isSuspicious(testimony)) testimony.believe('fail');
        else {
          this.#state = { name: 'asking', sinceWall: this.#options.clock.wallTime(), held: [testimony] };
          this.#ask();
        }
        break;
      case 'asking':
        if (testimony.isDecisive()) state.held.push(testimony);
        else testimony.believe('fail');
        break;
      case 'isolated':
        testimony.believe('neutral');
        break;
      default:
        state satisfies never;
    }
  }

  #ask(): void {
    const { clock, onError, ask = anyAnswers } = this.#options;
    this.#asking = ask(this.#canaries, clock, this.#stop.signal)
      .then((answered) => {
        if (!this.#stop.signal.aborted) this.#heard(answered);
      })
      .catch(onError);
  }

  #heard(answered: boolean): void {
    const { clock } = this.#options;
    const state = this.#state;
    if (state.name === 'asking') {
      if (answered) this.#state = { name: 'connected', sureUntil: clock.now() + everyMs };
      else this.#cutOff(state);
      for (const { believe } of state.held) believe(answered ? 'fail' : 'neutral');
    } else if (state.name === 'isolated') {
      if (answered) this.#reconnect('a canary answers again');
      else if (this.#mostPass(state.since)) this.#reconnect('most checks pass again');
    }
    if (this.isolated) this.#timer = clock.setTimer(() => this.#ask(), everyMs);
  }

  #cutOff({ held, sinceWall: doubtedSince }: Extract<State, { readonly name: 'asking' }>): void {
    const { clock, onChange } = this.#options;
    const { failed, reported } = this.#notes.beside(held[0]?.id ?? '');
    const canaries = this.#canaries.length === 1 ? 'the canary does not answer' : 'no canary answers';
    const why = `${failed} of ${reported} checks that reported lately failed, and ${canaries}`;
    this.#state = { name: 'isolated', since: clock.now(), sinceWall: clock.wallTime(), why };
    onChange(true, why, doubtedSince);
  }

  #isSuspicious(testimony: Testimony): boolean {
    return testimony.isDecisive() && areMost(this.#notes.beside(testimony.id));
  }

  /** That proves more than silent canaries do. */
  #mostPass(since: number): boolean {
    const { failed, reported } = this.#notes.since(since);
    return reported - failed > this.#notes.size / 2;
  }

  #reconnect(why: string): void {
    const { clock, onChange } = this.#options;
    this.#timer?.cancel();
    this.#cutUntil = clock.now();
    this.#state = { name: 'connected', sureUntil: Number.NEGATIVE_INFINITY };
    onChange(false, why);
  }
}

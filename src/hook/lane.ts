import type { Timer } from '../clock/clock.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { LaneStatus } from './delivery.ts';
import type { BackendChange, ObservedState } from './hook.ts';

/** Where a {@link Lane} stands. */
export type LanePhase =
  /** Its newest change waits for its turn. */
  | { readonly is: 'queued' }
  /** A delivery is under way. */
  | { readonly is: 'flying' }
  /** The last attempt failed: it waits for the next one. */
  | { readonly is: 'resting'; readonly timer: Timer }
  /** Its newest change holds, as far as is known. */
  | { readonly is: 'settled' }
  /** The balancer's operator has taken the backend: it waits for a resync that shows otherwise. */
  | { readonly is: 'left-alone' };

/** An attempt under way. */
export interface Flight {
  readonly lane: Lane;
  readonly change: BackendChange;
  readonly attempt: number;
  /** Whether the change was delivered before: a resync tells it again. */
  readonly again: boolean;
}

/** The deliveries of one backend through one hook, which never overlap. */
export class Lane {
  /** The newest desired state. */
  wanted: BackendChange;
  phase: LanePhase = { is: 'settled' };
  /** Why the last attempt failed; `undefined` when it did not. */
  lastError: string | undefined;
  /** The balancer's word for what its operator set, since then and until something is delivered again. */
  operator: string | undefined;
  /** Whether nothing is wanted of it any more. */
  forgotten = false;
  #attempts = 0;
  #again = false;
  /** What the balancer may show because of us: the state delivered last, and those attempted since. */
  readonly #ours: Set<DesiredState>;

  /** @param ours states that the balancer may show because of us, from before */
  constructor(wanted: BackendChange, ours: readonly DesiredState[]) {
    this.wanted = wanted;
    this.#ours = new Set(ours);
  }

  /** Whether the newest change is not known to hold. */
  get pending(): boolean {
    return this.phase.is !== 'settled' && !(this.#again && this.lastError === undefined);
  }

  /** Takes a newer change in place of the one before. */
  supersede(change: BackendChange): void {
    this.wanted = change;
    this.forgotten = false;
    this.#attempts = 0;
    this.#again = false;
  }

  /** Begins anew with a change that was delivered before. */
  repeat(): void {
    this.#attempts = 0;
    this.#again = true;
  }

  /** Begins an attempt. */
  takeOff(): Flight {
    this.#rouse();
    this.phase = { is: 'flying' };
    return { lane: this, change: this.wanted, attempt: ++this.#attempts, again: this.#again };
  }

  /** Moves to another phase. */
  enter(phase: LanePhase): void {
    this.#rouse();
    this.phase = phase;
  }

  /** Notes that the balancer is about to be told of a state, whether or not it will be said to hold. */
  telling({ state }: BackendChange): void {
    this.#ours.add(state);
  }

  /** Notes that a state holds. */
  delivered({ state }: BackendChange): void {
    this.#ours.clear();
    this.#ours.add(state);
    this.lastError = undefined;
    this.operator = undefined;
  }

  /** Leaves the backend to the balancer's operator, who has set what `word` says. */
  leaveAlone(word: string): void {
    this.enter({ is: 'left-alone' });
    this.operator = word;
    this.lastError = undefined;
  }

  /** Whether what the balancer shows was set by its operator, and not by us. */
  isOperators(seen: ObservedState): boolean {
    return seen.manual && !this.#ours.has(seen.state);
  }

  /** Where it stands, for people. */
  get status(): Omit<LaneStatus, 'shows'> {
    if (this.phase.is === 'left-alone') return { outcome: 'left-alone', attempts: 0, error: null };
    if (!this.pending) return { outcome: 'delivered', attempts: 0, error: null };
    const outcome = this.lastError === undefined ? 'pending' : 'failing';
    return { outcome, attempts: this.#attempts, error: this.lastError ?? null };
  }

  #rouse(): void {
    if (this.phase.is === 'resting') this.phase.timer.cancel();
  }
}

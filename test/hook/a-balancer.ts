import { wait } from '../../src/clock/clock.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import type { DesiredState } from '../../src/health/desired-state.ts';
import type { DeliveryAttempt } from '../../src/hook/delivery.ts';
import { type BackendChange, type HookDriver, type ObservedState, PartialFailure } from '../../src/hook/hook.ts';
import { Reconciler } from '../../src/hook/reconcile.ts';
import { aChange } from './a-change.ts';

/** What a {@link Balancer} is like. */
export interface BalancerTraits {
  /** Whether it can be read. */
  readonly readable?: boolean;
  readonly batch?: number;
  /** How long one `apply` takes. */
  readonly takesMs?: number;
  readonly resyncMs?: number | undefined;
}

/** A balancer that holds states, notes what it is told, and fails as asked; and a reconciler that looks after it. */
export class Balancer implements AsyncDisposable {
  readonly clock = new ManualClock();
  /** By backend: up, drain or down, or `maint` and `off`, which its operator may have set too. */
  readonly states = new Map<string, string>();
  /** `BACKEND STATE SEQUENCE`, in order; those of one batch in one line. */
  readonly told: string[] = [];
  readonly attempts: DeliveryAttempt[] = [];
  /** `drift BACKEND FOUND`, `left-alone BACKEND FOUND`, `unread WHY`, `read`. */
  readonly found: string[] = [];
  /** Why the next deliveries fail, one each. */
  readonly failures: Error[] = [];
  /** Backends whose deliveries fail, and why. */
  readonly broken = new Map<string, string>();
  /** Why it cannot be read, while it cannot. */
  unreadable: string | undefined;
  /** How often it was read. */
  reads = 0;
  readonly reconciler: Reconciler;
  readonly #busy = new Set<string>();

  constructor(traits: BalancerTraits = {}) {
    this.reconciler = new Reconciler({
      farm: 'ftp',
      driver: this.#driver(traits),
      clock: this.clock,
      resyncMs: traits.resyncMs,
      reports: {
        attempted: (attempt) => this.attempts.push(attempt),
        drifted: ({ change, found }) => this.found.push(`drift ${change.backend} ${found}`),
        leftAlone: ({ change, found }) => this.found.push(`left-alone ${change.backend} ${found}`),
        unread: (why) => this.found.push(why === undefined ? 'read' : `unread ${why}`),
      },
    });
  }

  /** Wants a state of b1, or of another backend. */
  want(state: DesiredState, sequence: number, backend = 'b1', previous: DesiredState | null = null): void {
    this.reconciler.want(aChange({ backend, state, sequence, previous }));
  }

  /** What was told since the last time this was asked. */
  toldSince(): string[] {
    return this.told.splice(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reconciler[Symbol.asyncDispose]();
  }

  #driver({ readable = false, batch, takesMs = 0 }: BalancerTraits): HookDriver {
    return {
      name: 'test',
      ...(batch !== undefined && { batch }),
      ...(readable && { observe: async () => this.#observe() }),
      apply: async (changes, signal) => {
        if (changes.length > (batch ?? 1)) throw new Error(`a batch of ${changes.length}`);
        const busy = batch === undefined ? changes.map(({ backend }) => backend) : ['all'];
        for (const what of busy) {
          if (this.#busy.has(what)) throw new Error(`two at once for ${what}`);
          this.#busy.add(what);
        }
        await wait(this.clock, takesMs, signal);
        for (const what of busy) this.#busy.delete(what);
        if (signal.aborted) throw new Error('cancelled');
        this.#take(changes);
      },
      [Symbol.asyncDispose]: async () => {},
    };
  }

  #take(changes: readonly BackendChange[]): void {
    const failure = this.failures.shift();
    if (failure) throw failure;
    const failed = new Map<string, string>();
    for (const { backend, state } of changes) {
      const why = this.broken.get(backend);
      if (why === undefined) this.states.set(backend, state);
      else failed.set(backend, why);
    }
    const held = changes.filter(({ backend }) => !failed.has(backend));
    if (held.length > 0)
      this.told.push(held.map(({ backend, state, sequence }) => `${backend} ${state} ${sequence}`).join(', '));
    if (failed.size > 0) throw new PartialFailure(failed);
  }

  #observe(): ReadonlyMap<string, ObservedState> {
    this.reads++;
    if (this.unreadable !== undefined) throw new Error(this.unreadable);
    return new Map([...this.states].map(([backend, word]) => [backend, observed(word)]));
  }
}

/** As in haproxy, `maint` takes a backend out and `off` drains it; we would set both in the same way. */
const observed = (word: string): ObservedState => {
  const meant: Readonly<Record<string, DesiredState>> = { maint: 'down', off: 'drain', up: 'up' };
  return { state: meant[word] ?? (word as DesiredState), word, manual: word !== 'up' };
};

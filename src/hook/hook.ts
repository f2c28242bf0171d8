import type { OptionsSchema } from '../checker/checker.ts';
import type { Status } from '../checker/status.ts';
import type { Clock } from '../clock/clock.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { Logger } from '../log/logger.ts';
import type { Keepsake } from './keepsake.ts';
import type { Sharing } from './sharing.ts';

/** One desired state that a load balancer has to be brought to. Plain JSON. */
export interface BackendChange {
  readonly farm: string;
  /** The farm's virtual address, `HOST[:PORT]`; empty when the config names none. */
  readonly vip: string;
  readonly backend: string;
  readonly host: string;
  readonly port: number;
  readonly state: DesiredState;
  /** The desired state before this one; `null` with the first. */
  readonly previous: DesiredState | null;
  /** Reason code of the result that decided it. */
  readonly code: string;
  /** That result's summary. */
  readonly summary: string;
  /** Grows with every change of the guardian, over restarts too: a later change has a larger number. */
  readonly sequence: number;
  /** When it was decided, ISO 8601. */
  readonly at: string;
}

/** What a load balancer shows of one backend. */
export interface ObservedState {
  /** What it does with the backend, in our words. */
  readonly state: DesiredState;
  /** Its own word for that, cleaned, for people: `off`, `MAINT`, `weight 0`. */
  readonly word: string;
  /**
   * Whether an operator of the balancer may have set this there too. When we did not deliver that state ourselves,
   * the backend is taken for the operator's and left alone until it shows something else.
   */
  readonly manual: boolean;
}

/**
 * Brings one farm of a load balancer to the desired state. Retry, order and timing are not its business:
 * `src/hook/reconcile.ts` does them.
 */
export interface HookDriver extends AsyncDisposable {
  /** For messages, such as `exec /usr/local/bin/on-change`. */
  readonly name: string;
  /**
   * How many changes, one a backend, `apply` takes at once. One when absent: then several runs, of different backends,
   * are under way at once. A driver that takes more is never called before its last call has ended.
   */
  readonly batch?: number;
  /**
   * Brings the balancer to the changes' states: idempotent, since the same change comes again at each resync. Resolves
   * once all of them hold. Rejects with a {@link PartialFailure} when some do, with any other error, its message for
   * people, when none can be said to. Takes a bounded time, and ends soon after `signal` aborts.
   */
  apply(changes: readonly BackendChange[], signal: AbortSignal): Promise<void>;
  /**
   * Reads what the balancer shows of the farm's backends, by the guardian's ids; those that it does not know are
   * missing. Asked before each `apply`, and at each resync. Takes a bounded time.
   */
  observe?(farm: string, signal: AbortSignal): Promise<ReadonlyMap<string, ObservedState>>;
}

/** Some changes of a batch do not hold; the others do. */
export class PartialFailure extends Error {
  override readonly name = 'PartialFailure';
  /** By backend, why it does not, in words for people. */
  readonly failed: ReadonlyMap<string, string>;

  constructor(failed: ReadonlyMap<string, string>) {
    super([...failed.values()].join('; '));
    this.failed = failed;
  }
}

/** The balancer says when it may be asked again: there is no attempt before. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly afterMs: number;

  constructor(message: string, afterMs: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** The farm that a driver is made for. */
export interface HookFarm {
  readonly id: string;
  /** `HOST[:PORT]`; empty when the config names none. */
  readonly vip: string;
  /** In the order of the config. */
  readonly backends: readonly { readonly id: string; readonly host: string; readonly port: number }[];
}

/** What a driver is given besides its options. */
export interface HookContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly farm: HookFarm;
  /** Where a driver may keep something over restarts, under a name of its choice; absent where nothing can be kept. */
  readonly keepsake?: (name: string) => Keepsake;
  /** What is known of a backend at this moment, for balancers that come and ask; absent where nothing is known. */
  readonly look?: (backend: string) => Outlook | undefined;
  /** What drivers of one guardian have in common; absent where there is only one. */
  readonly sharing?: Sharing;
}

/** What is known of a backend at a moment. */
export interface Outlook {
  /** What is desired of it; `null` before the first evidence. */
  readonly desired: BackendChange | null;
  /** How its latest check ended; `undefined` before the first. */
  readonly status: Status | undefined;
}

/** A kind of hook: its options' schema, and how to make a driver. */
export interface HookType<Options = unknown> {
  /** The word for `type:` in a config. */
  readonly name: string;
  /** A `strictObject` with the entries of `commonOptions` in it. */
  readonly options: OptionsSchema<Options>;
  /**
   * What is wrong with these options for this farm on this machine, in one line, such as a program that does not
   * exist; `undefined` when nothing is. Asked once, before the guardian starts; it asks no balancer.
   */
  preflight(options: Options, farm: HookFarm): Promise<string | undefined>;
  /** What it keeps for this farm that no other hook of the guardian may keep as well, such as the path of a file. */
  claims?(options: Options, farm: HookFarm): readonly string[];
  create(options: Options, context: HookContext): HookDriver;
}

/** Any hook type, whatever its options: what registries hold. */
// biome-ignore lint/suspicious/noExplicitAny: HookType is contravariant in its options; only `any` accepts all
export type AnyHookType = HookType<any>;

import type { OptionsSchema } from '../checker/checker.ts';
import type { Clock } from '../clock/clock.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { Logger } from '../log/logger.ts';

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

/**
 * Brings a load balancer to the desired state. `apply` is idempotent, resolves once the change holds, and rejects
 * (with a message for people) when it does not; it ends soon after `signal` aborts.
 */
export interface HookDriver extends AsyncDisposable {
  /** For messages, such as `exec /usr/local/bin/on-change`. */
  readonly name: string;
  apply(changes: readonly BackendChange[], signal: AbortSignal): Promise<void>;
}

/** What a driver is given besides its options. */
export interface HookContext {
  readonly clock: Clock;
  readonly log: Logger;
}

/** A kind of hook: its options' schema, and how to make a driver. */
export interface HookType<Options = unknown> {
  /** The word for `type:` in a config. */
  readonly name: string;
  readonly options: OptionsSchema<Options>;
  /**
   * What is wrong with these options on this machine, in one line, such as a program that does not exist;
   * `undefined` when nothing is. Asked once, before the guardian starts.
   */
  preflight(options: Options): Promise<string | undefined>;
  create(options: Options, context: HookContext): HookDriver;
}

/** Any hook type, whatever its options: what registries hold. */
// biome-ignore lint/suspicious/noExplicitAny: HookType is contravariant in its options; only `any` accepts all
export type AnyHookType = HookType<any>;

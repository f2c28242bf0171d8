import type { GenericSchema } from 'valibot';
import type { Clock } from '../clock/clock.ts';
import type { StopSignal } from '../clock/stop.ts';
import type { Logger } from '../log/logger.ts';
import type { CommandFace } from './command-face.ts';
import type { CheckResult } from './result.ts';

/** What a check looks at. */
export interface Target {
  /** Host name, IP address, or absolute path of a unix socket where the checker knows such. */
  readonly host: string;
  readonly port: number;
  /** Address family to use; either when absent. */
  readonly family?: 4 | 6 | undefined;
  /** Address of this machine to connect from, an IPv4 or IPv6 literal; the system's choice when absent. */
  readonly source?: string | undefined;
  /** How summaries name the target, one clean line. Default `HOST port PORT`. */
  readonly label?: string | undefined;
}

/** What a run is given besides its target and options. */
export interface CheckContext {
  /** Aborts at the deadline (its reason is a {@link DeadlineExceeded}) or when the run is cancelled. */
  readonly signal: AbortSignal;
  /** The same, for a checker that only has to be told: `signal` is made when it is asked for, and costs a fifth of a run. */
  readonly stop: StopSignal;
  /** The whole time the run has, in milliseconds; for messages and performance data, `signal` enforces it. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes what `-v` prints before the status line, where the checker has something to say. */
  readonly verbose?: ((text: string) => void) | undefined;
  /** Takes the dialogue, one clean line without its line end at a time, secrets masked. */
  readonly transcript?: ((line: string) => void) | undefined;
  /**
   * Waits for so long because the options say so, not for an answer: the deadline stands still meanwhile. Resolves
   * early, without an error, once `ended` or the run's own signal aborts.
   */
  readonly rest: (durationMs: number, ended: AbortSignal) => Promise<void>;
  /**
   * Told of each stage that the run enters: a run that has to be ended from outside is put down to the latest. A
   * `Stopwatch` takes it as its third argument.
   */
  readonly entered?: ((stage: string) => void) | undefined;
}

/** Which runs of a checker must be stoppable from outside, and where a worker thread finds its code. */
export interface Isolation<Options = unknown> {
  /** `import.meta.url` of a module that exports the checker. */
  readonly module: string;
  /** Whether runs with these options hand what a server says to somebody else's parser. */
  applies(options: Options): boolean;
  /** Loads what such a run loads only when it is needed, before its time begins. */
  load?(): Promise<unknown>;
}

/** The schema of a checker's options: a valibot `strictObject` whose entries are made with `option()`. */
export type OptionsSchema<Options> = GenericSchema<unknown, Options> & {
  readonly entries: Readonly<Record<string, GenericSchema>>;
};

/**
 * A pluggable kind of check: knows one protocol, and nothing of retries, state or schedule.
 *
 * A failed check is a value: `check` rejects only on a bug, or with the signal's reason after an abort.
 */
export interface Checker<Options = unknown> {
  /** The word for `type:` in a config. */
  readonly name: string;
  /** Port of a backend that names none; 0 where there is no such port. */
  readonly defaultPort: number;
  /** Whether a backend without a port cannot be checked with these options. Asked only where `defaultPort` is 0. */
  readonly needsPort?: (options: Options) => boolean;
  /** One schema gives config validation, command-line flags, JSON Schema, documentation and the type. */
  readonly options: OptionsSchema<Options>;
  /** How it looks as a nagios-style command, if it is one. */
  readonly command?: CommandFace<Options>;
  /**
   * Looks for what the schema cannot see and no run could work with, such as a regular expression that is none. Gives
   * the name of an option and what is wrong with it.
   */
  readonly preflight?: (options: Options) => Promise<readonly [option: string, complaint: string] | undefined>;
  /**
   * Set by a checker whose runs may be stuck in somebody else's code, where no deadline is heard: those that it
   * applies to run in a worker thread, which is ended from outside. What they are given and give is copied: plain
   * values, `Range`s and `Secret`s.
   */
  readonly isolation?: Isolation<Options>;
  check(target: Target, options: Options, context: CheckContext): Promise<CheckResult>;
}

/** A checker with its options, bound to a target. Running it once gives one result. */
export interface Check<Options = unknown> {
  readonly checker: Checker<Options>;
  readonly target: Target;
  readonly options: Options;
}

/** Any checker, whatever its options: what registries hold. */
// biome-ignore lint/suspicious/noExplicitAny: Checker is contravariant in its options; only `any` accepts all
export type AnyChecker = Checker<any>;

/** Types a checker by its schema; gives it back unchanged. */
export const defineChecker = <Options>(checker: Checker<Options>): Checker<Options> => Object.freeze(checker);

/** The abort reason of a run that used up its time. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
  readonly timeoutMs: number;
  constructor(timeoutMs: number) {
    super(`no verdict within ${timeoutMs / 1000} s`);
    this.timeoutMs = timeoutMs;
  }
}

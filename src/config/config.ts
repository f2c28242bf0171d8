import type { AnyChecker, OptionsSchema, Status } from '../checker/index.ts';

/** Something a config names by `type:` and whose options it carries: a checker, or a type of hook. */
export interface Described {
  /** The word for `type:`. */
  readonly name: string;
  readonly options: OptionsSchema<unknown>;
}

/** The kinds of check and of hook that a config may name. */
export interface Registry<Hook extends Described = Described> {
  readonly checkers: readonly AnyChecker[];
  readonly hooks: readonly Hook[];
}

/** A host and a port: IPv6 addresses without brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * A validated config, deeply frozen: every default filled in, durations in milliseconds, paths absolute, secrets
 * as unread `Secret`s.
 */
export interface Config<Hook extends Described = Described> {
  /** The file it came from, absolute. */
  readonly file: string;
  /** Folder of the snapshot and the journal. Default `/var/lib/farm-guardian`. */
  readonly stateDir: string;
  /** Unix socket of the admin commands. Default `/run/farm-guardian.sock`. */
  readonly socket: string;
  /** Where HTTP is served, `undefined` for `off`. Default `127.0.0.1:9720`. */
  readonly listen: Address | undefined;
  /** A snapshot older than this is not believed at start. Key `snapshotMaxAge`, default 1 h. */
  readonly snapshotMaxAgeMs: number;
  /** How many checks may run at once. */
  readonly limits: Limits;
  /** Asked before most checks' failing at once is believed. */
  readonly canaries: readonly Address[];
  /** In the order of the file; at least one. */
  readonly farms: readonly FarmConfig<Hook>[];
}

/** How many checks may run at once; what comes due beyond waits for its turn. */
export interface Limits {
  /** In total. Key `concurrency`, default 1000. */
  readonly total: number;
  /** Of one host. Key `perHost`, default 100. */
  readonly perGroup: number;
}

/** One farm of a config, `defaults` applied. */
export interface FarmConfig<Hook extends Described = Described> {
  readonly id: string;
  /** The virtual address that the balancer serves; nothing is sent there. */
  readonly vip?: { readonly host: string; readonly port?: number };
  readonly check: { readonly checker: AnyChecker; readonly options: unknown };
  readonly policy: Policy;
  /** What each status of a result says. Key `evidence`; default WARNING passes, UNKNOWN says nothing. */
  readonly evidence: EvidenceConfig;
  /** When a backend counts as flapping, in percent; `undefined` for `off`. Key `flapping`, default 30 and 25. */
  readonly flapping: { readonly high: number; readonly low: number } | undefined;
  /** Whether a backend that went down stays so until an operator orders `ready`. Default false. */
  readonly manualResume: boolean;
  readonly rhythm: Rhythm;
  readonly guard: GuardConfig;
  /** In the order of the file; at least one. */
  readonly backends: readonly BackendConfig[];
  readonly hooks: readonly HookConfig<Hook>[];
  /** How often hooks that do not say otherwise read their balancer back; `undefined` for never. Key `resync`, default 15 s. */
  readonly resyncMs: number | undefined;
}

/** How many results in a row change a backend's health. */
export interface Policy {
  /** Passes that bring a backend up. Default 2. */
  readonly rise: number;
  /** Failures that take a backend down. Default 3. */
  readonly fall: number;
}

/** What each status of a result says about the backend: it passes, it fails, or it says nothing. */
export type EvidenceConfig = Readonly<Record<Status, 'pass' | 'fail' | 'neutral'>>;

/** When a farm's checks run, and how long one may take; milliseconds. */
export interface Rhythm {
  /** While health is steady. Default 5 s. */
  readonly intervalMs: number;
  /** While falling or rising. Default 1 s, or the interval when that is shorter. */
  readonly fastIntervalMs: number;
  /** While down. Default the interval. */
  readonly downIntervalMs: number;
  /** For one whole check; may exceed the interval, the run it overlaps is skipped. Default 3 s. */
  readonly timeoutMs: number;
}

/** A farm's brake. */
export interface GuardConfig {
  /** Backends that stay in, whatever their health: a number of them or a share of all. Default `{ count: 0 }`. */
  readonly minUp: { readonly count: number } | { readonly percent: number };
  /** What happens when all backends fail. Default `hold` when `minUp` is above 0, else `down`. */
  readonly whenAllFail: 'down' | 'hold';
}

/** One server of a farm. */
export interface BackendConfig extends Address {
  readonly id: string;
  /** Address family to use; either when absent. */
  readonly family?: 4 | 6;
}

/** One hook of a farm, bound to its options. */
export interface HookConfig<Hook extends Described = Described> {
  readonly type: Hook;
  /** What the type's schema made of the entry without `type`. */
  readonly options: unknown;
  /** Line of the entry in the file, counted from 1, for messages. */
  readonly line: number;
}

import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Config } from '../config/config.ts';
import type { PlanDiff } from '../farm/diff.ts';
import type { Selector } from '../farm/selector.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import type { AnyHookType } from '../hook/hook.ts';
import { type Logger, silentLogger } from '../log/logger.ts';
import type { BackendName, GuardianEvents } from './events.ts';
import type { BackendStatus, FarmStatus, GuardianStatus, GuardianSummary } from './guardian-status.ts';
import { Memory } from './memory.ts';
import { preflight } from './preflight.ts';
import { RunningGuardian } from './running-guardian.ts';

/** What a guardian may be given besides its config. */
export interface GuardianOptions {
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Decides, remembers and journals, but tells no hook. Default false. */
  readonly dryRun?: boolean;
}

/** What a reload did to the checks, by `FARM/BACKEND`. */
export type ReloadReport = PlanDiff;

/** A running guardian. */
export interface Guardian extends AsyncDisposable {
  readonly events: GuardianEvents;
  /** Resolves once it has stopped; rejects when it failed. */
  readonly done: Promise<void>;
  /** Everything at once: of ten thousand backends it takes some fifty milliseconds. */
  status(): GuardianStatus;
  /** The same without the farms. */
  summary(): GuardianSummary;
  /** The farms, each made when it is asked for, so that others can have their turn between two of them. */
  farms(): Iterable<FarmStatus>;
  /** One farm; `undefined` when there is none of this id. */
  farm(id: string): FarmStatus | undefined;
  /** One backend; `undefined` when there is no such farm or backend. */
  backend(name: BackendName): BackendStatus | undefined;
  /** Runs the selected checks now, all of them without a selector. Gives how many there are. */
  recheck(...selectors: Selector[]): number;
  /**
   * Takes an operator's order for a backend; `ready` takes the one before back. It wins over health, survives
   * restarts, and ends by itself at `until`.
   *
   * @throws SelectorError when there is no such farm or backend, OrderError when the order is none
   */
  order(backend: BackendName, order: AdminOrder): void;
  /**
   * Goes on under another config. Checks that stay the same keep their phase, their counters and their pending
   * deliveries; those that changed start afresh; removed backends are signalled no more.
   *
   * @throws GuardianError when something in the config cannot work; then everything stays as it was
   */
  reload(config: Config<AnyHookType>): Promise<ReloadReport>;
  /** Ends checks and deliveries without a result, writes the memory down, and touches no state and no hook. */
  stop(): Promise<void>;
}

/** What a guardian tells of itself and its farms, as much of it as somebody asks for. */
export type GuardianView = Pick<Guardian, 'summary' | 'farms' | 'farm' | 'backend'>;

/**
 * Starts to watch the farms of a config: checks, believes, decides, and tells the hooks.
 *
 * @throws GuardianError when the state folder cannot be used or a hook cannot work
 */
export const startGuardian = async (
  config: Config<AnyHookType>,
  { clock = systemClock, log = silentLogger, dryRun = false }: GuardianOptions = {},
): Promise<Guardian> => {
  await preflight(config, { environment: true });
  const memory = await Memory.open({ folder: config.stateDir, maxAgeMs: config.snapshotMaxAgeMs, clock, log });
  return new RunningGuardian(config, memory, { clock, log, dryRun });
};

import type { Config } from '../config/index.ts';
import type { Guardian, ReloadReport } from '../guardian/guardian.ts';
import type { AnyHookType } from '../hook/hook.ts';
import type { Logger } from '../log/logger.ts';

/** What a reload needs. */
export interface ReloadParts {
  readonly guardian: Guardian;
  /** Reads the config file anew. */
  readonly load: () => Promise<Config<AnyHookType>>;
  /** The config that the process was started with. */
  readonly started: Config<AnyHookType>;
  readonly log: Logger;
  /** Told of the config that is in force now. */
  readonly taken: (config: Config<AnyHookType>) => void;
}

/** Settings that only a restart changes. */
const fixed = ['stateDir', 'socket', 'listen', 'snapshotMaxAgeMs'] as const;

/**
 * Reads the config file again and goes on under it. A config with a mistake is refused whole, and the old one stays.
 *
 * @throws ConfigError or GuardianError, once logged, with everything that is wrong
 */
export const reload = async ({ guardian, load, started, log, taken }: ReloadParts): Promise<ReloadReport> => {
  try {
    const config = await load();
    const report = await guardian.reload(config);
    taken(config);
    for (const key of fixed)
      if (JSON.stringify(config[key]) !== JSON.stringify(started[key]))
        log.warn({ key }, `${key.replace(/Ms$/, '')} has changed: that takes a restart`);
    return report;
  } catch (error) {
    log.error({ why: (error as Error).message }, 'the new config is refused, the old one stays');
    throw error;
  }
};

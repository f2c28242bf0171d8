import type { AnyChecker } from '../checker/checker.ts';
import { type ConfigInput, parseConfig } from '../config/index.ts';
import type { AnyHookType } from '../hook/hook.ts';
import { hookTypes } from '../hook/index.ts';
import { type Guardian, type GuardianOptions, startGuardian } from './guardian.ts';

/** What a guardian made in code is made of. */
export interface CreateOptions extends GuardianOptions {
  /** The kinds of check that the config may name: those of `farm-guardian/checks`, or your own. */
  readonly checkers: readonly AnyChecker[];
  /** The kinds of hook that the config may name. Default those of this package. */
  readonly hooks?: readonly AnyHookType[];
}

/**
 * Makes and starts a guardian from a config in code. Relative paths are relative to the current folder; `listen` and
 * `socket` are not opened: that is what `farm-guardian run` adds.
 *
 * @throws ConfigError with every problem of the config
 * @throws GuardianError when the state folder cannot be used or a hook cannot work
 */
export const createGuardian = async (
  config: ConfigInput,
  { checkers, hooks = hookTypes, ...options }: CreateOptions,
): Promise<Guardian> => {
  const text = JSON.stringify(config, null, 2);
  return startGuardian(parseConfig(text, 'config.json', { checkers, hooks }), options);
};

import type { AnyChecker } from '../checker/checker.ts';
import { inOneGo, inSlices } from '../clock/slices.ts';
import { type ConfigInput, configOf, KnownFarms } from '../config/index.ts';
import type { AnyHookType } from '../hook/hook.ts';
import { hookTypes } from '../hook/index.ts';
import { Limiter } from '../schedule/limiter.ts';
import { type Guardian, type GuardianOptions, type ReloadReport, startGuardian } from './guardian.ts';
import { GuardianError } from './guardian-error.ts';

/** What a guardian made in code is made of. */
export interface CreateOptions extends GuardianOptions {
  /** The kinds of check that the config may name: those of `farm-guardian/checks`, or your own. */
  readonly checkers: readonly AnyChecker[];
  /** The kinds of hook that the config may name. Default those of this package. */
  readonly hooks?: readonly AnyHookType[];
}

/** A running guardian that was made in code. */
export interface CreatedGuardian extends Omit<Guardian, 'reload'> {
  /**
   * Goes on under another config in code. Checks that stay the same keep their phase, their counters and their pending
   * deliveries; those that changed start afresh; removed backends are signalled no more.
   *
   * @throws ConfigError with every problem of the config, GuardianError when something in it cannot work; then
   * everything stays as it was
   */
  reload(config: ConfigInput): Promise<ReloadReport>;
}

/**
 * Makes and starts a guardian from a config in code. Relative paths are relative to the current folder; `listen` and
 * `socket` are not opened: that is what `farm-guardian run` adds.
 *
 * @throws ConfigError with every problem of the config
 * @throws GuardianError when the state folder cannot be used or a hook cannot work, or without checkers
 */
export const createGuardian = async (config: ConfigInput, given: CreateOptions): Promise<CreatedGuardian> => {
  if (!Array.isArray(given?.checkers))
    throw new GuardianError(
      "createGuardian: name the kinds of check that the config may use, { checkers: [ftp] } with ftp of 'farm-guardian/checks'",
    );
  const { checkers, hooks = hookTypes, ...options } = given;
  const known = new KnownFarms<AnyHookType>();
  const parse = (input: ConfigInput) => configOf(input, 'config', { checkers, hooks }, known);
  const guardian = await startGuardian(inOneGo(parse(config)), options);
  // A config must not overtake the one before on its way into force.
  const reloads = new Limiter(1);
  return {
    events: guardian.events,
    done: guardian.done,
    status: () => guardian.status(),
    summary: () => guardian.summary(),
    farms: () => guardian.farms(),
    farm: (id) => guardian.farm(id),
    backend: (name) => guardian.backend(name),
    recheck: (...selectors) => guardian.recheck(...selectors),
    order: (backend, order) => guardian.order(backend, order),
    reload: async (input) => {
      const parsing = parse(input);
      return reloads.run(async () => guardian.reload(await inSlices(parsing)));
    },
    stop: () => guardian.stop(),
    [Symbol.asyncDispose]: () => guardian[Symbol.asyncDispose](),
  };
};

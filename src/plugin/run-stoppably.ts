import { join } from 'node:path';
import type { Check } from '../checker/checker.ts';
import { type CheckOutcome, type RunOptions, runCheck } from '../checker/run-check.ts';

/** The bundle beside the commands that a worker thread begins with. */
const entry = 'check-thread.cjs';

/** Largest heap of the thread, in MiB. */
const memoryMb = 256;

/**
 * As `runCheck`; but a check that may get stuck in somebody else's code runs in a worker thread, so that this process
 * ends at its deadline even then. Nothing of threads is loaded for the others.
 */
export const runStoppably = async (check: Check, options: RunOptions): Promise<CheckOutcome> => {
  const { isolation, name: checker } = check.checker;
  if (!isolation?.applies(check.options)) return runCheck(check, options);
  const { runAlone } = await import('../worker/run-on-thread.ts');
  const settings = { entry: join(import.meta.dirname, entry), memoryMb, clock: options.clock };
  try {
    return (await runAlone({ module: isolation.module, checker }, check, options, settings)).outcome;
  } catch {
    // No thread is to be had, under `ulimit -v` for instance: a check that may get stuck is better than none.
    return runCheck(check, options);
  }
};

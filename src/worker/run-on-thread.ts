import type { Check, CheckContext } from '../checker/checker.ts';
import type { CheckResult } from '../checker/result.ts';
import { type CheckOutcome, type RunOptions, runCheck } from '../checker/run-check.ts';
import { type Bounds, verdictOnLoss } from './loss-verdict.ts';
import type { CheckerPlace } from './message.ts';
import { ThreadLost } from './thread-lost.ts';
import { type ThreadSettings, WorkerThread } from './worker-thread.ts';

/** What came of a run on a thread. */
export interface ThreadOutcome {
  /** The verdict; of a lost thread only what it says of a run that was alone in it. */
  readonly outcome: CheckOutcome;
  /** How the thread was lost while it ran. */
  readonly lost?: ThreadLost | undefined;
}

/** Thrown when a thread cannot load a checker. */
export class CheckerUnavailable extends Error {
  override readonly name = 'CheckerUnavailable';
}

/**
 * Runs one check once, as `runCheck` does, with its checker on a thread. Its time does not begin before the checker is
 * loaded there.
 *
 * @throws ThreadLost before the run began, CheckerUnavailable
 */
export const runOnThread = async (
  thread: WorkerThread,
  place: CheckerPlace,
  { checker, target, options }: Check,
  runOptions: RunOptions & Omit<Bounds, 'timeoutMs'>,
): Promise<ThreadOutcome> => {
  const fault = await thread.prepare(place);
  if (fault !== undefined) throw new CheckerUnavailable(fault);
  let lost: ThreadLost | undefined;
  const check = async (_: unknown, __: unknown, context: CheckContext): Promise<CheckResult> => {
    try {
      return await thread.run(place, target, options, context);
    } catch (error) {
      if (!(error instanceof ThreadLost)) throw error;
      lost = error;
      return verdictOnLoss(error, runOptions);
    }
  };
  const outcome = await runCheck({ checker: { ...checker, check }, target, options }, runOptions);
  return { outcome, lost };
};

/** Runs one check once, alone on a thread of its own that is ended with it; see {@link runOnThread}. */
export const runAlone = async (
  place: CheckerPlace,
  check: Check,
  runOptions: RunOptions,
  settings: ThreadSettings,
): Promise<ThreadOutcome> => {
  const thread = new WorkerThread({ ...settings, alone: true });
  try {
    return await runOnThread(thread, place, check, { ...runOptions, memoryMb: settings.memoryMb });
  } finally {
    await thread.end();
  }
};

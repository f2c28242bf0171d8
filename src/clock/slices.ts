import { systemClock } from './system-clock.ts';
import { turn } from './turn.ts';

/** Work that can be done in slices: it yields wherever others may have their turn. */
export type Sliced<Result> = Generator<void, Result>;

/** Does all of it in one go. */
export const inOneGo = <Result>(work: Sliced<Result>): Result => {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
};

/** Does it slice by slice, each in a turn of the event loop of its own. */
export const inSlices = async <Result>(work: Sliced<Result>): Promise<Result> => {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await turn();
  }
};

/** How long work goes on before others have their turn, in milliseconds. */
const longestSliceMs = 2;

/**
 * For work in many small steps. What it gives is called after each of them, and lets others have their turn when the
 * last time is long enough ago: a turn each would take seconds beside thousands of checks.
 */
export const turnsNowAndThen = (): (() => Promise<void>) => {
  let since = systemClock.now();
  return async () => {
    if (systemClock.now() - since < longestSliceMs) return;
    await turn();
    since = systemClock.now();
  };
};

import { turn } from '../../src/clock/turn.ts';
import type { ManualClock } from '../../src/testkit/index.ts';

/** Moves a clock on whenever nothing happens any more in this process, until the outcome is there. */
export const drive = async (clock: ManualClock, outcome: Promise<unknown>): Promise<void> => {
  let ended = false;
  const end = () => {
    ended = true;
  };
  outcome.then(end, end);
  while (!ended) {
    for (let quiet = 0; quiet < 100 && !ended; quiet++) await turn();
    if (!ended) await clock.advance(100);
  }
};

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

import type { Timer } from '../../src/checker/index.ts';
import { systemClock } from '../../src/clock/system-clock.ts';

/** How often the memory is looked at, in milliseconds. */
const lookMs = 10;

/** How much more memory was in use at any time since the beginning than at the beginning. */
export const watchMemory = (): { readonly grownBytes: number } & Disposable => {
  const before = usedBytes();
  let most = before;
  let timer: Timer;
  const look = () => {
    most = Math.max(most, usedBytes());
    timer = systemClock.setTimer(look, lookMs);
  };
  look();
  return {
    get grownBytes() {
      return Math.max(most, usedBytes()) - before;
    },
    [Symbol.dispose]: () => timer.cancel(),
  };
};

const usedBytes = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

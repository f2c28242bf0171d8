import type { Clock, Timer } from './clock.ts';

/** Node's timers overflow past 2^31-1 ms and would fire at once, so a longer wait is cut into pieces. */
const longestTimerMs = 2 ** 31 - 1;

/** The real clock of this process. */
export const systemClock: Clock = {
  now() {
    // The global `performance` would load node:perf_hooks, a fiftieth of a command's start-up.
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1_000 + nanoseconds / 1_000_000;
  },
  wallTime: () => Date.now(),
  random: () => Math.random(),
  setTimer(run, delayMs): Timer {
    let handle: NodeJS.Timeout;
    const arm = (leftMs: number) => {
      const pieceMs = Math.min(leftMs, longestTimerMs);
      handle = setTimeout(() => (pieceMs < leftMs ? arm(leftMs - pieceMs) : run()), Math.max(0, pieceMs));
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

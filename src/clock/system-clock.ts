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
  setTimer: (run, delayMs) => new SystemTimer(run, delayMs),
};

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout;

  constructor(run: () => void, delayMs: number) {
    this.#handle = this.#arm(run, delayMs);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #arm(run: () => void, leftMs: number): NodeJS.Timeout {
    if (leftMs <= longestTimerMs) return setTimeout(run, Math.max(0, leftMs));
    const goOn = () => {
      this.#handle = this.#arm(run, leftMs - longestTimerMs);
    };
    return setTimeout(goOn, longestTimerMs);
  }
}

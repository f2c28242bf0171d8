import { setTimeout as sleep } from 'node:timers/promises';

/** How long {@link eventually} may take, and what it says when that was not enough. */
export interface Patience {
  /** What is waited for, for the error message. */
  readonly what: string;
  /** Default 15 s. */
  readonly timeoutMs?: number;
}

/**
 * Asks until the answer comes: real servers and processes give no event to wait for. An `attempt` that throws or
 * gives `undefined` has no answer yet.
 *
 * @throws Error naming `what` and the last attempt's error once the time is used up
 */
export const eventually = async <T>(
  attempt: () => T | undefined | Promise<T | undefined>,
  { what, timeoutMs = 15_000 }: Patience,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const answer = await attempt();
      if (answer !== undefined) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(20);
  } while (performance.now() < deadline);
  throw new Error(`gave up after ${timeoutMs} ms waiting for ${what}${cause ? `: ${cause}` : ''}`, { cause });
};

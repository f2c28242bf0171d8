import { connectTcp } from '../checker/connect.ts';
import type { Clock } from '../clock/clock.ts';
import type { Address } from '../config/config.ts';

/** How long a canary may take to answer. */
const patienceMs = 1_000;

/** What refuses or cuts a connection is there. */
const answers = new Set(['ECONNREFUSED', 'ECONNRESET']);

/** Whether any of these places answers to a TCP connection, be it with a refusal; within a second. */
export const anyAnswers = async (canaries: readonly Address[], clock: Clock, signal: AbortSignal): Promise<boolean> => {
  const enough = new AbortController();
  const timer = clock.setTimer(() => enough.abort(), patienceMs);
  const asked = AbortSignal.any([enough.signal, signal]);
  const ask = async (canary: Address): Promise<void> => {
    try {
      (await connectTcp(canary, { signal: asked })).destroy();
    } catch (error) {
      if (!answers.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  };
  try {
    await Promise.any(canaries.map(ask));
    return true;
  } catch {
    return false;
  } finally {
    timer.cancel();
    enough.abort();
  }
};

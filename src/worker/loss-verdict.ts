import { cleanText } from '../checker/clean-text.ts';
import { type CheckResult, result } from '../checker/result.ts';
import type { ThreadLost } from './thread-lost.ts';

/** What a run is bounded by. */
export interface Bounds {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** What it says of a server that a check of it, alone in its thread, cost that thread its life. */
export const verdictOnLoss = (
  { why, stage = 'start', cause }: ThreadLost,
  { timeoutMs, memoryMb }: Bounds,
): CheckResult => {
  switch (why) {
    case 'memory':
      return result({
        status: 'CRITICAL',
        code: 'protocol',
        summary: `what the server sends takes more than ${memoryMb} MiB of memory (${stage})`,
        remedy: 'The check was ended before it took more: look at what answers on this port.',
        steps: [{ name: stage, durationMs: 0, code: 'protocol' }],
      });
    case 'crash':
      return result({
        status: 'UNKNOWN',
        code: 'internal',
        summary: `internal error in a worker thread (${stage}): ${cleanText(String(cause))}`,
        remedy: 'This is a bug in the checker or its library, not a fault of the server: please report it.',
      });
    case 'starved':
      return result({
        status: 'UNKNOWN',
        code: 'local-fault',
        summary: `this machine is too busy to run the check within ${timeoutMs / 1_000} s (${stage})`,
        remedy: 'Give the guardian more of the processor, or fewer checks.',
      });
    case 'stuck':
    case 'ended':
      return result({
        status: 'CRITICAL',
        code: 'timeout',
        summary: `no verdict within ${timeoutMs / 1_000} s (${stage}): the check was stuck and was ended`,
        remedy:
          'The server sends what the library that reads its protocol does not get through: look at what answers there.',
        steps: [{ name: stage, durationMs: timeoutMs, code: 'timeout' }],
      });
  }
};

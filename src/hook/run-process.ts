import { cleanText } from '../checker/clean-text.ts';
import type { Clock } from '../clock/clock.ts';
import { runProcess as runGroup } from '../process/run-process.ts';

/** How a hook's program is run. */
export interface ProcessOptions {
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written to its standard input, which is then closed. */
  readonly input: string;
  /** After this long its process group is ended. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Ends its process group at once. */
  readonly signal: AbortSignal;
}

/** How a hook's program ended. */
export interface ProcessEnd {
  readonly outcome: 'exited' | 'killed' | 'timeout' | 'cancelled' | 'not-started';
  /** Set when it exited by itself. */
  readonly exitCode: number | undefined;
  /** One clean line for people, with the last line it printed. */
  readonly summary: string;
}

/** What of a program's output is kept, from its end, for the summary. */
const keptBytes = 2_048;

/** Runs a hook's program, see `src/process`, for so long at most. Never rejects. */
export const runProcess = async (
  file: string,
  args: readonly string[],
  { timeoutMs, signal, ...options }: ProcessOptions,
): Promise<ProcessEnd> => {
  const timeUp = new AbortController();
  const deadline = options.clock.setTimer(() => timeUp.abort(), timeoutMs);
  const said = new OutputTail();
  const ended = await runGroup(file, args, {
    ...options,
    signal: AbortSignal.any([signal, timeUp.signal]),
    onOutput: (chunk) => said.add(chunk),
  });
  deadline.cancel();
  const end = (outcome: ProcessEnd['outcome'], what: string, exitCode?: number): ProcessEnd => ({
    outcome,
    exitCode,
    summary: said.lastLine ? `${what}: ${said.lastLine}` : what,
  });
  switch (ended.outcome) {
    case 'exited':
      return end('exited', `exit ${ended.exitCode}`, ended.exitCode);
    case 'killed':
      return end('killed', `killed by ${ended.by}`);
    case 'not-started':
      return end('not-started', `cannot run ${file}: ${ended.error.code ?? ended.error.message}`);
    case 'ended':
      return signal.aborted
        ? end('cancelled', 'cancelled')
        : end('timeout', `ended after ${timeoutMs / 1_000} s without an exit`);
  }
};

/** The end of what a program prints. */
class OutputTail {
  #kept: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk]).subarray(-keptBytes);
  }

  /** The last line that is not empty, cleaned. */
  get lastLine(): string {
    return cleanText(this.#kept.toString().trimEnd().split('\n').at(-1) ?? '').trim();
  }
}

import { OutputTail } from './output-tail.ts';
import { type ProcessOptions, runProcess } from './run-process.ts';

/** How a program is run that has so long at most. */
export interface TimedOptions extends Pick<ProcessOptions, 'environment' | 'input' | 'clock' | 'signal'> {
  /** After this long its process group is ended. */
  readonly timeoutMs: number;
}

/** How such a program ended. */
export interface TimedEnd {
  readonly outcome: 'exited' | 'killed' | 'timeout' | 'cancelled' | 'not-started';
  /** Set when it exited by itself. */
  readonly exitCode: number | undefined;
  /** One line for people, with the last line it printed: as it was printed, so it is to be cleaned. */
  readonly summary: string;
}

/** What of a program's output is kept for the summary. */
const keptBytes = 2_048;

/** Runs a program as {@link runProcess} does, for so long at most. Never rejects. */
export const runInTime = async (
  file: string,
  args: readonly string[],
  { timeoutMs, signal, ...options }: TimedOptions,
): Promise<TimedEnd> => {
  const timeUp = new AbortController();
  const deadline = options.clock.setTimer(() => timeUp.abort(), timeoutMs);
  const said = new OutputTail(keptBytes);
  const ended = await runProcess(file, args, {
    ...options,
    signal: AbortSignal.any([signal, timeUp.signal]),
    onOutput: (chunk) => said.add(chunk),
  });
  deadline.cancel();
  const end = (outcome: TimedEnd['outcome'], what: string, exitCode?: number): TimedEnd => ({
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

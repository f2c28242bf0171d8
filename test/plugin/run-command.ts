import type { AnyChecker, Clock } from '../../src/checker/index.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { runPlugin } from '../../src/plugin/index.ts';

/** What a command run in process left behind. */
export interface CommandRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a checker's command in process. */
export const runCommand = async (
  checker: AnyChecker,
  argv: readonly string[],
  { clock = systemClock, signal }: { readonly clock?: Clock; readonly signal?: AbortSignal } = {},
): Promise<CommandRun> => {
  let stdout = '';
  let stderr = '';
  const exitCode = await runPlugin(checker, {
    argv,
    stdout: {
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      write: (text) => {
        stderr += text;
      },
    },
    clock,
    ...(signal && { signal }),
  });
  return { exitCode, stdout, stderr };
};

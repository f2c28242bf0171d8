import { Readable } from 'node:stream';
import type { AnyChecker } from '../../src/checker/index.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { type PluginIo, runPlugin } from '../../src/plugin/index.ts';

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
  { clock = systemClock, env = {}, stdin = Readable.from([]), signal }: Partial<PluginIo> = {},
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
    env,
    stdin,
    ...(signal && { signal }),
  });
  return { exitCode, stdout, stderr };
};

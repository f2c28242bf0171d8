import type { AnyChecker } from '../checker/index.ts';
import { systemClock } from '../clock/system-clock.ts';
import { directOutput } from './direct-output.ts';
import { internalError, runPlugin } from './run-plugin.ts';
import { runStoppably } from './run-stoppably.ts';

/**
 * Runs a checker's command as this process: its arguments, its streams, SIGTERM and SIGINT, its exit code.
 *
 * Ends the process once everything is written: a host name that is still being resolved would keep it alive long
 * past its time (getaddrinfo cannot be cancelled).
 */
export const runAsProcess = async (checker: AnyChecker): Promise<void> => {
  const stdout = directOutput(1, () => process.stdout);
  const stderr = directOutput(2, () => process.stderr);
  const endProcess = (exitCode: number): void => {
    process.exitCode = exitCode;
    // `process.exit` alone would cut what a pipe has not taken yet.
    stderr.flushed(() => stdout.flushed(() => process.exit()));
  };
  // Should the process ever end without a verdict, it must not look like a good one.
  process.exitCode = 3;
  const abort = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => abort.abort());
  process.once('uncaughtException', (error) => {
    if (checker.command) stdout.write(`${internalError(checker.command, error)}\n`);
    endProcess(3);
  });
  endProcess(
    await runPlugin(checker, {
      argv: process.argv.slice(2),
      stdout,
      stderr,
      clock: systemClock,
      run: runStoppably,
      env: process.env,
      stdin: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
      signal: abort.signal,
    }),
  );
};

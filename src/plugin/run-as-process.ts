import type { AnyChecker } from '../checker/index.ts';
import { systemClock } from '../clock/system-clock.ts';
import { internalError, runPlugin } from './run-plugin.ts';

/**
 * Runs a checker's command as this process: its arguments, its streams, SIGTERM and SIGINT, its exit code.
 *
 * Ends the process once everything is written: a host name that is still being resolved would keep it alive long
 * past its time (getaddrinfo cannot be cancelled).
 */
export const runAsProcess = async (checker: AnyChecker): Promise<void> => {
  const { stdout, stderr } = process;
  // Whoever stops reading has seen enough; an error nobody listens for would end the process with a stack trace.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
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
      env: process.env,
      stdin: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
      signal: abort.signal,
    }),
  );
};

/** Waits for the streams first: `process.exit` alone would cut what a pipe has not taken yet. */
const endProcess = (exitCode: number): void => {
  process.exitCode = exitCode;
  process.stderr.write('', () => process.stdout.write('', () => process.exit()));
};

import type { Command } from 'commander';
import type { AnyChecker } from '../checker/checker.ts';
import type { Clock } from '../clock/clock.ts';
import type { AnyHookType } from '../hook/hook.ts';

/** The part of a process that the command line uses: the real one in bin, a stand-in in tests. */
export interface CliProcess {
  readonly argv: readonly string[];
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  cwd(): string;
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  on(event: 'uncaughtException', listener: (error: Error) => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  off(event: 'uncaughtException', listener: (error: Error) => void): unknown;
  /** Ends the process at once: for the second SIGINT, and for what nobody has caught. */
  exit(code: number): void;
}

/** Thrown for arguments that make no sense; the message names the word and what it must be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What every subcommand is given. */
export interface CliContext {
  readonly process: CliProcess;
  readonly checkers: readonly AnyChecker[];
  readonly hooks: readonly AnyHookType[];
  readonly clock: Clock;
}

/** A subcommand's exit code. */
export type ExitCode = 0 | 1 | 2 | 3;

/** A subcommand: adds itself to the program and says how it ended through `exit`. */
export type AddCommand = (program: Command, context: CliContext, exit: (code: ExitCode) => void) => void;

/** Writes lines to standard output. */
export const printLines = ({ process }: CliContext, lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

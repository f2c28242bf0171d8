import { expect } from 'vitest';
import { type CheckResult, defineChecker } from '../../src/checker/index.ts';
import { echoChecker } from './echo-checker.ts';
import { runCommand } from './run-command.ts';

export const echo = echoChecker();

/** What the checker was given. */
export const told = async (argv: readonly string[], checker = echo): Promise<unknown> => {
  const { stdout, exitCode } = await runCommand(checker, argv);
  expect(exitCode, stdout).toBe(0);
  return JSON.parse(/^ECHO OK - (.*)$/m.exec(stdout)?.[1] ?? '');
};

/** A checker that gives one result, whatever it is asked. */
export const giving = (outcome: CheckResult, changes: Parameters<typeof echoChecker>[0] = {}) =>
  defineChecker({ ...echoChecker(changes), check: async () => outcome });

import type { AnyChecker, Check } from '../checker/index.ts';
import { systemClock } from '../clock/system-clock.ts';
import { parseArguments } from './arguments.ts';
import { expandExtraOpts } from './extra-opts.ts';
import { UsageError } from './usage-error.ts';

/** A check that a command line asks for, and the time it gives it. */
export interface CommandCheck extends Check {
  readonly timeoutMs: number;
}

/** There is no environment, and nothing to be read from standard input. */
const surroundings = { env: {}, stdin: { async *[Symbol.asyncIterator]() {} }, clock: systemClock };

/**
 * The check that the command `check_NAME` would run with these arguments.
 *
 * @throws UsageError, or ExtraOptsError, with a message for people
 */
export const parseCommand = async (checker: AnyChecker, argv: readonly string[]): Promise<CommandCheck> => {
  const { command: face, name } = checker;
  if (!face) throw new TypeError(`checker ${name} has no command face`);
  const section = `check_${name}`;
  const words = await expandExtraOpts(argv, { ...surroundings, section, hostFirst: face.hostFirst });
  const parsed = await parseArguments(checker, face, words, { title: '', about: '', usage: '' });
  if (parsed.ask !== 'check') throw new UsageError(`asks for the ${parsed.ask}, not for a check`);
  const { target, options, timeoutMs } = parsed;
  return { checker, target, options, timeoutMs };
};

import {
  type AnyChecker,
  type Check,
  type CheckContext,
  type CheckResult,
  result,
  runCheck,
} from '../../src/checker/index.ts';

/** Our own commands, which need not be installed as plugins. */
export interface OwnCommands {
  /** The checker of `check_NAME`, by its NAME. */
  readonly checkers: readonly AnyChecker[];
  /** The check that such a command would run, and its time; rejects with a message for people. */
  parse(checker: AnyChecker, argv: readonly string[]): Promise<Check & { readonly timeoutMs: number }>;
}

/** The checker of our own command of that name, if there is one. */
export const ownChecker = ({ checkers }: OwnCommands, program: string): AnyChecker | undefined =>
  checkers.find(({ command, name }) => command && `check_${name}` === program);

/** Runs one of our own commands in this process: what it finds is its checker's own result. */
export const runOwn = async (
  own: OwnCommands,
  checker: AnyChecker,
  [program = '', ...argv]: readonly string[],
  context: CheckContext,
): Promise<CheckResult> => {
  let check: Check & { readonly timeoutMs: number };
  try {
    check = await own.parse(checker, argv);
  } catch (error) {
    return result({
      status: 'UNKNOWN',
      code: 'plugin-failed',
      summary: `${program}: ${(error as Error).message}`,
      remedy: `Mend the command: ${program} -h shows its options.`,
    });
  }
  const { target, options, timeoutMs } = check;
  if (timeoutMs >= context.timeoutMs) return checker.check(target, options, context);
  const outcome = await runCheck(check, { ...context, timeoutMs });
  if (outcome === 'cancelled') throw context.signal.reason;
  return outcome;
};

/** What is wrong with the arguments of one of our own commands; `undefined` when nothing is. */
export const ownComplaint = async (
  own: OwnCommands,
  checker: AnyChecker,
  argv: readonly string[],
): Promise<string | undefined> => {
  try {
    const { options } = await own.parse(checker, argv);
    const [option, complaint] = (await checker.preflight?.(options)) ?? [];
    return complaint === undefined ? undefined : `${option} ${complaint}`;
  } catch (error) {
    return (error as Error).message;
  }
};

import { isIP } from 'node:net';
import { safeParse } from 'valibot';
import type { AnyChecker, CommandFace, CommandTarget, Target } from '../checker/index.ts';
import { classicComplaints } from './complaints.ts';
import { Asked, applyFlag, blankDraft, type Draft, portOf } from './draft.ts';
import { flagsInTurn, flagsOf } from './flag.ts';
import { getopt } from './getopt.ts';
import { type Page, renderHelp } from './help-page.ts';
import { complaintAbout, UsageError } from './usage-error.ts';

/** A check to run, and how to show its result. */
export interface CheckArguments {
  readonly ask: 'check';
  readonly commandTarget: CommandTarget;
  readonly target: Target;
  readonly options: unknown;
  readonly timeoutMs: number;
  readonly verbose: boolean;
  readonly json: boolean;
  readonly reasonCode: boolean;
  readonly transcript: boolean;
}

/** What a command line asks for: a check, or a text. */
export type Arguments = CheckArguments | { readonly ask: 'version' } | { readonly ask: 'help'; readonly text: string };

/**
 * Reads the command line of a checker's command, word by word in its order, so that the first mistake is the one
 * that is reported.
 *
 * @throws UsageError
 */
export const parseArguments = async (
  checker: AnyChecker,
  face: CommandFace,
  argv: readonly string[],
  page: Page,
): Promise<Arguments> => {
  const complaints = { ...classicComplaints, ...face.complaints };
  if (argv.length === 0) throw new UsageError(complaints.noArguments);
  const draft = blankDraft();
  const words = getopt(argv, flagsInTurn(checker), face);
  try {
    for (const { flag, value } of words.flags) applyFlag(draft, flag, value, { checker, complaints });
  } catch (error) {
    if (!(error instanceof Asked)) throw error;
    return error.what === 'help' ? { ask: 'help', text: await renderHelp(flagsOf(checker), page) } : { ask: 'version' };
  }
  if (words.fault !== undefined) throw new UsageError(words.fault, 'stderr');
  const letter = face.unknownLetter?.(draft.given);
  if (letter !== undefined) throw new UsageError(`invalid option -- '${letter}'`, 'stderr');
  const commandTarget = targetOf(checker, face, draft, words.operands);
  if (commandTarget === undefined) throw new UsageError(complaints.noHost);
  const { family, source } = draft;
  if (source !== undefined) checkSource(source, commandTarget.host, family);
  const label = face.label?.(commandTarget);
  return {
    ask: 'check',
    commandTarget,
    target: { host: commandTarget.host, port: commandTarget.port, family, source, label },
    options: optionsOf(checker, face, draft),
    timeoutMs: draft.timeoutSeconds * 1_000,
    verbose: draft.verbose,
    json: draft.json,
    reasonCode: draft.reasonCode,
    transcript: draft.transcript,
  };
};

/** Flags go before operands, operands before defaults. */
const targetOf = (
  checker: AnyChecker,
  face: CommandFace,
  { host: named, port: given, familyFirst = false }: Draft,
  operands: readonly string[],
): CommandTarget | undefined => {
  let [host, port] = [named, given];
  const left = [...operands];
  for (const meaning of face.operands) {
    if (left.length === 0) break;
    if (meaning === 'host') host ??= left.shift();
    else port ??= operandPort(left.shift() ?? '');
  }
  refuseLeft(left, face);
  host ??= face.defaultHost;
  if (host === undefined) return undefined;
  return { host, port: port ?? checker.defaultPort, named: named !== undefined, familyFirst };
};

/** A word without effect could be what the check is about, such as the host key that must be there. */
const refuseLeft = (left: readonly string[], { strictOperands }: CommandFace): void => {
  for (const word of left) {
    if (/^--./s.test(word)) throw new UsageError(`'${word}' has no effect there: options go in front of the host`);
    if (strictOperands && word !== '')
      throw new UsageError(`'${word}' is one word too many: options go in front of the host`);
  }
};

const operandPort = (text: string): number => {
  const port = portOf(text);
  if (port === undefined) throw new UsageError(`'${text}' is not a port`, 'stderr');
  return port;
};

/** Who names a source must be able to reach the host from it. */
const checkSource = (source: string, host: string, family: 4 | 6 | undefined): void => {
  if (host.startsWith('/')) throw new UsageError('--source is of no use with a unix socket');
  const wanted = family ?? isIP(host);
  if (wanted !== 0 && wanted !== isIP(source)) throw new UsageError(`--source "${source}" is no IPv${wanted} address`);
};

/** Each value has passed already: what is left are the rules between options. */
const optionsOf = (checker: AnyChecker, face: CommandFace, { given, keys }: Draft): unknown => {
  if (keys.length === 0 && face.plain !== undefined) return face.plain;
  const parsed = safeParse(checker.options, face.fromClassic?.(given, keys) ?? given);
  if (parsed.success) return parsed.output;
  const [{ message, path }] = parsed.issues;
  const key = path?.[0]?.key;
  throw typeof key === 'string' ? complaintAbout(checker, key, message) : new UsageError(message);
};

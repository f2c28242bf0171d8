import {
  type AnyChecker,
  type Clock,
  type CommandFace,
  cleanText,
  exitCodeOf,
  packageVersion,
  runCheck,
} from '../checker/index.ts';
import { type CheckArguments, parseArguments } from './arguments.ts';
import type { Page } from './help-page.ts';
import { renderJson, renderResult } from './render-result.ts';
import { UsageError } from './usage-error.ts';

/** What a command is given of its surroundings, so that tests can run it in process. */
export interface PluginIo {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly clock: Clock;
  /** Ends the check early: one line, exit code 3. */
  readonly signal?: AbortSignal;
}

const unknown = exitCodeOf('UNKNOWN');

/**
 * Runs a checker as the nagios-style command `check_NAME`: arguments in, one line out.
 *
 * @returns the exit code: that of the status, or 3 for `-h`, `-V`, wrong arguments and anything unforeseen
 * @throws TypeError when the checker has no command face
 */
export const runPlugin = async (checker: AnyChecker, io: PluginIo): Promise<number> => {
  const { command: face } = checker;
  if (!face) throw new TypeError(`checker ${checker.name} has no command face`);
  const name = `check_${checker.name}`;
  const title = `${name} v${packageVersion} (farm-guardian ${packageVersion})`;
  try {
    return await run(checker, face, io, { title, about: face.about, usage: face.usage });
  } catch (error) {
    if (error instanceof UsageError) {
      io[error.stream].write(`${name}: ${cleanText(error.message)}\n`);
      io.stdout.write(renderUsage(face));
    } else io.stdout.write(`${internalError(face, error)}\n`);
    return unknown;
  }
};

/** The one line for anything unforeseen: no stack, for the reader is a monitoring system. */
export const internalError = ({ service }: CommandFace, error: unknown): string =>
  `${service} UNKNOWN - internal error: ${cleanText(error instanceof Error ? error.message : String(error))}`;

const renderUsage = ({ usage }: CommandFace): string => `Usage:\n${usage}\n`;

const run = async (checker: AnyChecker, face: CommandFace, io: PluginIo, page: Page): Promise<number> => {
  const parsed = await parseArguments(checker, face, io.argv, page);
  switch (parsed.ask) {
    case 'version':
      io.stdout.write(`${page.title}\n`);
      return unknown;
    case 'help':
      io.stdout.write(parsed.text);
      return unknown;
    case 'check':
      return runAndShow(checker, face, io, parsed);
    default:
      return parsed satisfies never;
  }
};

const runAndShow = async (
  checker: AnyChecker,
  face: CommandFace,
  { stdout, stderr, clock, signal }: PluginIo,
  { target, commandTarget, options, timeoutMs, verbose, json, reasonCode }: CheckArguments,
): Promise<number> => {
  // Details must not come between a program and its JSON.
  const details = json ? stderr : stdout;
  const outcome = await runCheck(
    { checker, target, options },
    {
      timeoutMs,
      clock,
      ...(verbose && { verbose: (text: string) => void details.write(text) }),
      ...(signal && { signal }),
    },
  );
  if (outcome === 'cancelled') {
    stdout.write(`${face.service} UNKNOWN - ended by a signal before there was a verdict\n`);
    return unknown;
  }
  const wording = face.wording?.(outcome, commandTarget);
  stdout.write(json ? renderJson(outcome) : renderResult(outcome, { face, wording, reasonCode }));
  if (wording?.usage && !json) stdout.write(renderUsage(face));
  return wording?.exitCode ?? exitCodeOf(outcome.status);
};

import {
  type AnyChecker,
  type Clock,
  type CommandFace,
  cleanText,
  exitCodeOf,
  packageVersion,
  result,
  runCheck,
} from '../checker/index.ts';
import { type CheckArguments, parseArguments } from './arguments.ts';
import { expandExtraOpts } from './extra-opts.ts';
import { ExtraOptsError } from './extra-opts-error.ts';
import type { Page } from './help-page.ts';
import { renderJson, renderResult, renderTranscript } from './render-result.ts';
import { Transcript } from './transcript.ts';
import { complaintAbout, UsageError } from './usage-error.ts';

/** What a command is given of its surroundings, so that tests can run it in process. */
export interface PluginIo {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly clock: Clock;
  /** Where the places of ini files may be named. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Read for `--extra-opts=@-` only. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Runs the check. Default `runCheck`. */
  readonly run?: typeof runCheck;
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
    const argv = await expandExtraOpts(io.argv, { ...io, section: name, hostFirst: face.hostFirst });
    return await run(checker, face, { ...io, argv }, { title, about: face.about, usage: face.usage });
  } catch (error) {
    if (error instanceof ExtraOptsError) io.stdout.write(`${cleanText(error.message)}\n`);
    else if (error instanceof UsageError) {
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
  { stdout, stderr, clock, run: runOnce = runCheck, signal }: PluginIo,
  { target, commandTarget, options, timeoutMs, verbose, json, reasonCode, transcript }: CheckArguments,
): Promise<number> => {
  const [option = '', complaint] = (await checker.preflight?.(options)) ?? [];
  if (complaint !== undefined) throw complaintAbout(checker, option, complaint);
  const dialogue = transcript ? new Transcript() : undefined;
  // Details must not come between a program and its JSON.
  const details = json ? stderr : stdout;
  const outcome = await runOnce(
    { checker, target, options },
    {
      timeoutMs,
      clock,
      ...(verbose && { verbose: (text: string) => void details.write(text) }),
      ...(dialogue && { transcript: dialogue.add }),
      ...(signal && { signal }),
    },
  );
  const verdict = outcome === 'cancelled' ? endedBySignal : outcome;
  const wording = face.wording?.(verdict, commandTarget);
  if (json) stdout.write(renderJson(verdict, dialogue?.lines));
  else {
    const line = renderResult(verdict, { face, wording, reasonCode });
    if (wording?.stream === 'stderr') stderr.write(line);
    else stdout.write(line);
    stdout.write(renderTranscript(dialogue?.lines ?? []));
    if (wording?.usage) stdout.write(renderUsage(face));
  }
  return wording?.exitCode ?? exitCodeOf(verdict.status);
};

const endedBySignal = result({
  status: 'UNKNOWN',
  code: 'local-fault',
  summary: 'ended by a signal before there was a verdict',
});

import {
  type CheckResult,
  type CommandFace,
  cleanBanner,
  cleanText,
  renderPerfdata,
  type Wording,
} from '../checker/index.ts';

/** How a result is shown. */
export interface Style {
  readonly face: CommandFace;
  /** What the face says instead of the result's own words. */
  readonly wording?: Wording | undefined;
  /** Whether a line that is not OK ends in its reason code. */
  readonly reasonCode: boolean;
}

/**
 * The output of a plugin: `SERVICE STATUS - summary|perfdata`, or the classic line where the result or the face has
 * one. Under 4 KiB, at most one `|`, no control characters but those of a classic banner.
 */
export const renderResult = (result: CheckResult, { face, wording, reasonCode }: Style): string => {
  const { status, code, summary, metrics } = result;
  const line =
    wording?.line === undefined
      ? cleanBanner(result.line ?? `${face.service} ${status} - ${summary}`)
      : cleanText(wording.line);
  const coded = reasonCode && status !== 'OK';
  const text = coded ? `${line.trimEnd()} [${code}]` : line;
  const perfdata = metrics.length > 0 ? `${face.separator}${renderPerfdata(metrics)}` : '';
  // A classic line without an end of its own relies on the one that the server sent, which the code has replaced.
  return `${text}${perfdata}${coded ? '\n' : (wording?.lineEnd ?? '\n')}`;
};

/** The dialogue as the lines after the status line that Nagios calls long output. */
export const renderTranscript = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** The whole result as one line of JSON, what decides first. */
export const renderJson = (
  { status, code, summary, ...rest }: CheckResult,
  transcript: readonly string[] | undefined,
): string => `${JSON.stringify({ status, code, summary, ...rest, transcript })}\n`;

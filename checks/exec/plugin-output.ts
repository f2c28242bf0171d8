import { cleanText, type Metric } from '../../src/checker/index.ts';
import { parsePerfdata } from './plugin-perfdata.ts';

/** What a plugin said. */
export interface PluginOutput {
  /** Its first line, cleaned; empty when it said nothing. */
  readonly text: string;
  /** The lines after it, cleaned. */
  readonly longText: readonly string[];
  readonly metrics: readonly Metric[];
}

/** Most lines after the first that are kept. */
const mostLines = 50;

/**
 * Parts the output of a plugin: a line of text, then more lines if it likes; performance data behind a `|` in the
 * first line, and behind the first one of the others, up to the end. (Nagios plugin API, "Plugin Output Spec".)
 */
export const parseOutput = (stdout: string): PluginOutput => {
  const [first = '', ...others] = stdout.replace(/^[\s\0]+/, '').split('\n');
  const [text, perfdata] = partAt(first);
  const [rest, morePerfdata] = partAt(others.join('\n'));
  const longText = rest
    .split('\n', mostLines)
    .map((line) => cleanText(line).trimEnd())
    .filter((line) => line !== '');
  return { text: cleanText(text).trim(), longText, metrics: parsePerfdata(`${perfdata} ${morePerfdata}`) };
};

const partAt = (text: string): readonly [string, string] => {
  const bar = text.indexOf('|');
  return bar < 0 ? [text, ''] : [text.slice(0, bar), text.slice(bar + 1)];
};

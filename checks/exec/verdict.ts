import { basename } from 'node:path';
import {
  type CheckResult,
  cleanText,
  type ReasonCode,
  type ResultParts,
  result,
  type Status,
  statuses,
} from '../../src/checker/index.ts';
import { parseOutput } from './plugin-output.ts';
import type { PluginEnd } from './run-plugin.ts';

/** A plugin that ran, and for how long. */
export interface PluginRun extends PluginEnd {
  readonly file: string;
  readonly elapsedMs: number;
  readonly timeoutMs: number;
}

/** So much longer than its time, and it was not the plugin that was late, in milliseconds. */
const ownLatenessMs = 1_000;

/** What the end of a plugin says of the server. Only its exit codes 0 to 3, and its silence, do: the rest is our own fault. */
export const judgePlugin = (run: PluginRun): CheckResult => {
  const { end, file, elapsedMs, timeoutMs } = run;
  const name = basename(file);
  switch (end.outcome) {
    case 'exited': {
      const status = statuses[end.exitCode];
      if (status) return judged(run, { status, code: status === 'OK' ? 'ok' : 'command-failed', summary: '' });
      const missing = end.exitCode === 126 || end.exitCode === 127;
      return failed(
        run,
        missing ? 'plugin-missing' : 'plugin-failed',
        `${name} ended with exit code ${end.exitCode}`,
        missing
          ? 'A program that the plugin runs is missing or cannot be executed: run it by hand.'
          : 'A plugin exits 0, 1, 2 or 3: run it by hand, as the user of the guardian.',
      );
    }
    case 'killed':
      return failed(
        run,
        'plugin-failed',
        `${name} was killed by ${end.by}`,
        'Somebody, or a fault of its own, has killed the plugin: look at the log of the system.',
      );
    case 'not-started':
      return notStarted(run, end.error);
    case 'ended':
      if (run.flooded)
        return failed(
          run,
          'plugin-failed',
          `${name} printed without end`,
          'A plugin prints a few lines: run it by hand.',
        );
      if (elapsedMs > timeoutMs + ownLatenessMs)
        return failed(
          run,
          'local-fault',
          `this machine was too busy to look after ${name}`,
          'Give the guardian more of the processor, or fewer checks.',
        );
      return judged(run, {
        status: 'CRITICAL',
        code: 'plugin-timeout',
        summary: `${name} gave no verdict within ${timeoutMs / 1_000} s and was ended`,
        remedy:
          "The server hangs, or the plugin's own time is longer than the check's: give it a shorter -t, or the check a longer timeout.",
      });
  }
};

/** What cannot be run says nothing of a server. */
export const missingPlugin = (fault: string, nearest: string | undefined): CheckResult =>
  result({
    status: 'UNKNOWN',
    code: 'plugin-missing',
    summary: nearest === undefined ? fault : `${fault}; did you mean "${nearest}"?`,
    remedy: 'Install the plugin (Debian: monitoring-plugins), or name its folder in pluginPath.',
  });

/** A command with PORT, for a backend without one. */
export const missingPort = (host: string): CheckResult =>
  result({
    status: 'UNKNOWN',
    code: 'local-fault',
    summary: `no port is known of ${host}, and the command asks for PORT`,
    remedy: 'Give the backend or its farm a port.',
  });

const interpreterMissing = 'The program that its first line names is missing, or it is made for another machine.';

const notStarted = (run: PluginRun, { code, message }: NodeJS.ErrnoException): CheckResult => {
  const cannot = `cannot run ${run.file}: ${code ?? message}`;
  if (code === 'ENOENT' || code === 'ENOEXEC' || code === 'EACCES')
    return failed(run, 'plugin-missing', cannot, interpreterMissing);
  return failed(run, 'local-fault', cannot, 'This machine is short of processes, files or memory.');
};

const failed = (run: PluginRun, code: ReasonCode, summary: string, remedy: string): CheckResult =>
  judged(run, { status: 'UNKNOWN', code, summary, remedy });

/** A verdict, or else the plugin's own words; and what the plugin has measured. */
const judged = (run: PluginRun, verdict: ResultParts & { readonly status: Status }): CheckResult => {
  const { file, stdout, stderr, elapsedMs, end } = run;
  const { text, longText, metrics } = parseOutput(stdout);
  const { code, summary } = verdict;
  const said = text || cleanText(stderr.trim().split('\n')[0] ?? '').trim();
  return result({
    ...verdict,
    summary: summary === '' ? said || `${basename(file)} said nothing` : said ? `${summary}: ${said}` : summary,
    steps: [{ name: 'plugin', durationMs: elapsedMs, ...(code !== 'ok' && { code }) }],
    metrics: [
      ...metrics,
      ...(metrics.some(({ label }) => label === 'time')
        ? []
        : [{ label: 'time', value: elapsedMs / 1_000, unit: 's' as const }]),
    ],
    facts: {
      plugin: file,
      ...(end.outcome === 'exited' && { exitCode: end.exitCode }),
      ...(longText.length > 0 && { longOutput: longText }),
    },
  });
};

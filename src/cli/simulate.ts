import { formatDuration } from '../clock/duration.ts';
import { isoTime } from '../clock/iso-time.ts';
import { simulate } from '../guardian/simulate.ts';
import { type ComparedTurn, type Delays, reportOf, type SimulationReport } from '../guardian/simulation-report.ts';
import { readHistory } from '../journal/history.ts';
import type { FarmSettings } from '../journal/journal-entry.ts';
import { readJournal } from '../journal/read-journal.ts';
import { textTable } from '../status/text-table.ts';
import { type AddCommand, printLines } from './cli-io.ts';
import { durationArgument } from './duration-argument.ts';
import { findJournal, type JournalOptions } from './find-journal.ts';
import { countArgument } from './number-argument.ts';

interface SimulateOptions extends JournalOptions {
  readonly rise?: number;
  readonly fall?: number;
  readonly interval?: number;
  readonly fastInterval?: number;
  readonly downInterval?: number;
  readonly json?: true;
}

/** What a config has by default: for a journal whose first part is gone. */
const defaults: FarmSettings = { rise: 2, fall: 3, intervalMs: 5_000, fastIntervalMs: 1_000, downIntervalMs: 5_000 };

/** `farm-guardian simulate`: what would have happened under other settings. */
export const simulateCommand: AddCommand = (program, context, exit) => {
  program
    .command('simulate')
    .description('Judge the recorded results anew under other settings: what would have happened, and when.')
    .option('--from <journal>', 'a journal, or a state folder (default: that of the config)')
    .option('-c, --config <file>', 'config file that names the state folder')
    .option('--rise <n>', 'passes in a row that bring a backend up', countArgument)
    .option('--fall <n>', 'failures in a row that take a backend down', countArgument)
    .option('--interval <duration>', 'time between two checks while health is steady', durationArgument)
    .option('--fast-interval <duration>', 'time between two checks while in doubt', durationArgument)
    .option('--down-interval <duration>', 'time between two checks while down', durationArgument)
    .option('--json', 'print the whole comparison as JSON')
    .addHelpText('after', '\nWhat is not given stays as it was recorded.')
    .action(async (options: SimulateOptions) => {
      const { file } = await findJournal(context, options);
      const { backends, settings } = await readHistory(readJournal(file));
      const comparisons = Array.from(backends, ([name, history]) => {
        const recorded = settings[history.farm] ?? defaults;
        return [name, simulate(history, recorded, withOptions(recorded, options))] as const;
      });
      const report = reportOf(new Map(comparisons));
      printLines(context, options.json ? [JSON.stringify(report, null, 2)] : reportLines(report));
      exit(0);
    });
};

const withOptions = (recorded: FarmSettings, options: SimulateOptions): FarmSettings => {
  const { rise, fall, interval, fastInterval, downInterval } = options;
  return {
    rise: rise ?? recorded.rise,
    fall: fall ?? recorded.fall,
    intervalMs: interval ?? recorded.intervalMs,
    fastIntervalMs: fastInterval ?? Math.min(recorded.fastIntervalMs, interval ?? recorded.intervalMs),
    downIntervalMs:
      downInterval ??
      (recorded.downIntervalMs === recorded.intervalMs && interval ? interval : recorded.downIntervalMs),
  };
};

const reportLines = ({ turns, downs, detection, recovery, flapsAvoided }: SimulationReport): string[] => [
  ...textTable([
    ['', 'THEN', 'NOW'],
    ['times down', String(downs.was), String(downs.would)],
    ['first failure to down', delayText(detection.was), delayText(detection.would)],
    ['first pass to up', delayText(recovery.was), delayText(recovery.would)],
  ]),
  `flaps avoided: ${flapsAvoided}`,
  '',
  ...textTable([['BACKEND', 'TURNED', 'THEN', 'NOW'], ...turns.map(turnRow)]),
];

const turnRow = ({ backend, to, was, would }: ComparedTurn): string[] => [
  backend,
  to,
  was === null ? '-' : isoTime(was),
  would === null ? '-' : isoTime(would),
];

const delayText = ({ medianMs, longestMs }: Delays): string =>
  medianMs === null || longestMs === null
    ? '-'
    : `${formatDuration(Math.round(medianMs))} median, ${formatDuration(Math.round(longestMs))} longest`;

import { Option } from 'commander';
import { loadConfig } from '../../config/index.ts';
import { isSelected, parseSelector, type Selector } from '../../farm/selector.ts';
import { settingsOf } from '../../guardian/farm-settings.ts';
import { readJournal } from '../../journal/read-journal.ts';
import { readRecord } from '../../simulation/read-record.ts';
import type { GuardianRecord } from '../../simulation/record.ts';
import { areWhole, changedSettings, recordedSettings } from '../../simulation/settings.ts';
import { type FarmComparison, simulate } from '../../simulation/simulate.ts';
import type { Change } from '../../simulation/simulated-farm.ts';
import { reportOf } from '../../simulation/simulation-report.ts';
import { type AddCommand, type CliContext, printLines, UsageError } from '../cli-io.ts';
import { durationArgument } from '../duration-argument.ts';
import { findJournal, type JournalOptions } from '../find-journal.ts';
import { countArgument } from '../number-argument.ts';
import { simulationPage } from './simulation-page.ts';
import { changesOf, flappingArgument, minUpArgument, type TriedOptions } from './tried-options.ts';

interface SimulateOptions extends JournalOptions, TriedOptions {
  readonly as?: string;
  readonly last: number;
  readonly json?: true;
}

const says = (status: string) =>
  new Option(`--${status} <says>`, `what ${status.toUpperCase()} says`).choices(['pass', 'fail', 'neutral']);

/** `farm-guardian simulate`: what would have happened under other settings. */
export const simulateCommand: AddCommand = (program, context, exit) => {
  program
    .command('simulate')
    .description(
      'Replay the recorded results and orders under other settings: what would have been believed, and what hooks would have been told.',
    )
    .argument('[farm[/backend]...]', 'only these')
    .option('--from <journal>', 'a journal, or a state folder (default: that of the config)')
    .option('-c, --config <file>', 'config file that names the state folder')
    .option('--as <config>', 'config file by whose settings farms are judged, such as a changed one before a reload')
    .option('--rise <n>', 'passes in a row that bring a backend up', countArgument)
    .option('--fall <n>', 'failures in a row that take a backend down', countArgument)
    .option('--interval <duration>', 'time between two checks while health is steady', durationArgument)
    .option('--fast-interval <duration>', 'time between two checks while in doubt', durationArgument)
    .option('--down-interval <duration>', 'time between two checks while down', durationArgument)
    .option('--min-up <n>', 'backends that stay in: a number, or a share such as 50%', minUpArgument)
    .addOption(new Option('--when-all-fail <what>', 'when all backends fail').choices(['down', 'hold']))
    .option('--flapping <high[,low]>', 'scores in percent between which a backend flaps', flappingArgument)
    .option('--no-flapping', 'nothing ever flaps')
    .option('--manual-resume', 'what went down stays down until an operator orders ready')
    .option('--no-manual-resume', 'what went down comes back by itself')
    .addOption(says('warning'))
    .addOption(says('critical'))
    .addOption(says('unknown'))
    .option('--last <n>', 'how many changes to print', countArgument, 40)
    .option('--json', 'print the whole comparison as JSON')
    .addHelpText('after', '\nWhat is not given stays as it was recorded.')
    .action(async (names: string[], options: SimulateOptions) => {
      const { file } = await findJournal(context, options);
      const record = await readRecord(readJournal(file));
      if (!record.span) throw new UsageError(`there is nothing in ${file}: not one entry of a journal`);
      const selected = select(record, names);
      const { change, remarks } = await changeOf(context, options, selected.record);
      const report = reportOf(simulate(selected.record, change).map(selected.filter));
      const page = { span: record.span, remarks: [...gaps(selected.record), ...remarks], ...report };
      printLines(context, options.json ? [JSON.stringify(page, null, 2)] : simulationPage(page, options.last));
      exit(0);
    });
};

/** Guards are of farms, so that farms are replayed whole; told is only of what was asked for. */
const select = (record: GuardianRecord, names: readonly string[]) => {
  const known = Array.from(record.farms.values(), ({ id, backends }) => {
    return { id, backends: Array.from(backends.keys(), (backend) => ({ id: backend })) };
  });
  const selectors = names.map((name) => parseSelector(name, known));
  const farms = [...record.farms].filter(([id]) => selectors.length === 0 || selectors.some(({ farm }) => farm === id));
  return {
    record: { ...record, farms: new Map(farms) },
    filter: ({ farm, was, would }: FarmComparison): FarmComparison => ({
      farm,
      was: { ...was, ...only(was, selectors) },
      would: { ...would, ...only(would, selectors) },
    }),
  };
};

const only = ({ turns, told }: FarmComparison['was'], selectors: readonly Selector[]) => {
  const isAskedFor = ({ backend: name }: { readonly backend: string }): boolean => {
    const [farm = '', backend = ''] = name.split('/');
    return isSelected(selectors, farm, backend);
  };
  return { turns: turns.filter(isAskedFor), told: told.filter(isAskedFor) };
};

/** What the options, and the config of `--as`, make of recorded settings. */
const changeOf = async (
  { process, checkers, hooks }: CliContext,
  options: SimulateOptions,
  { farms }: GuardianRecord,
): Promise<{ readonly change: Change; readonly remarks: readonly string[] }> => {
  const changes = changesOf(options);
  if (options.as === undefined) return { change: (recorded) => changedSettings(recorded, changes), remarks: [] };
  const config = await loadConfig(options.as, { checkers, hooks }, { cwd: process.cwd() });
  const others = new Map(config.farms.map((farm) => [farm.id, recordedSettings(settingsOf(farm))]));
  const missing = [...farms.keys()].filter((id) => !others.has(id));
  return {
    change: (recorded, farm) => changedSettings(others.get(farm) ?? recorded, changes),
    remarks: missing.length > 0 ? [`not in ${options.as}, so judged as recorded: ${some(missing)}`] : [],
  };
};

/** What the journal does not tell. */
const gaps = ({ farms }: GuardianRecord): readonly string[] => {
  const lacking = [...farms.values()].filter(({ events }) =>
    events.some((event) => event.type === 'watch' && event.settings !== null && !areWhole(event.settings)),
  );
  const ids = lacking.map(({ id }) => id);
  return ids.length > 0
    ? [`the journal does not tell all settings, so the usual ones are taken for: ${some(ids)}`]
    : [];
};

const some = (ids: readonly string[]): string =>
  ids.slice(0, 5).join(', ') + (ids.length > 5 ? ` and ${ids.length - 5} more` : '');

import { formatAge } from '../clock/duration.ts';
import { parseIsoTime } from '../clock/iso-time.ts';
import { parseSelector } from '../farm/selector.ts';
import { beliefOf } from '../health/backend-health.ts';
import type { BackendRecord, BackendRecords } from '../journal/backend-record.ts';
import { readJournal } from '../journal/read-journal.ts';
import { recover } from '../journal/recover.ts';
import { timelineOf } from '../journal/timeline.ts';
import { textTable } from '../status/text-table.ts';
import { type AddCommand, printLines, UsageError } from './cli-io.ts';
import { findJournal, type JournalOptions } from './find-journal.ts';
import { countArgument } from './number-argument.ts';

interface ExplainOptions extends JournalOptions {
  readonly json?: true;
  readonly last: number;
}

/** `farm-guardian explain`: why a backend is in its state, from the journal, whether the daemon runs or not. */
export const explainCommand: AddCommand = (program, context, exit) => {
  program
    .command('explain')
    .description(
      'Say why a backend is in its state: results, counters, turns, orders and deliveries, from the journal.',
    )
    .argument('<farm/backend>', 'the backend')
    .option('-c, --config <file>', 'config file that names the state folder')
    .option('--from <journal>', 'a journal, or a state folder')
    .option('--last <n>', 'how many lines of its history', countArgument, 40)
    .option('--json', 'print what is remembered, and the whole history, as JSON')
    .action(async (name: string, options: ExplainOptions) => {
      const { file, snapshot } = await findJournal(context, options);
      const { records } = await recover(snapshot, readJournal(file, snapshot?.sequence ?? 0));
      const { farm, backend = '' } = parseSelector(name, farmsOf(records));
      if (backend === '') throw new UsageError(`"${name}" names no backend; it must be FARM/BACKEND`);
      const record = records.get(`${farm}/${backend}`);
      const history = await timelineOf(readJournal(file), { farm, backend });
      const now = context.clock.wallTime();
      const lines = options.json
        ? [JSON.stringify({ farm, backend, record, history }, null, 2)]
        : [
            ...(record ? explain(name, record, now) : []),
            '',
            ...textTable(history.slice(-options.last).map(({ at, kind, text }) => [at, kind, text])),
          ];
      printLines(context, lines);
      exit(0);
    });
};

const farmsOf = (records: BackendRecords) => {
  const farms = new Map<string, { id: string }[]>();
  for (const name of records.keys()) {
    const [farm = '', id = ''] = name.split('/');
    farms.set(farm, [...(farms.get(farm) ?? []), { id }]);
  }
  return Array.from(farms, ([id, backends]) => ({ id, backends }));
};

/** What is believed, what is desired, who was told, and why. */
const explain = (name: string, record: BackendRecord, now: number): string[] => {
  const { health, reason, admin, desired, delivered } = record;
  const since = 'since' in health ? ` for ${formatAge(now - health.since)}, [${reason.code}] ${reason.summary}` : '';
  const told = desired
    ? Object.entries(delivered).map(
        ([hook, of]) => `${hook} ${of >= desired.sequence ? 'holds it' : 'is still to be told'}`,
      )
    : [];
  return [
    `${name} is ${health.state}${since}`,
    `desired: ${desired ? `${desired.state} for ${formatAge(now - parseIsoTime(desired.at))}` : 'nothing yet'}, ${ground(record)}`,
    ...(admin ? [`ordered: ${admin.state} by ${admin.author}${admin.reason ? `: ${admin.reason}` : ''}`] : []),
    ...(told.length > 0 ? [`hooks: ${told.join(', ')}`] : []),
  ];
};

/** Why that is desired. */
const ground = ({ health, admin, desired }: BackendRecord): string => {
  const belief = beliefOf(health);
  if (admin) return `because an operator ordered ${admin.state}`;
  if (belief === undefined) return 'because there is no evidence yet';
  if (desired && belief !== desired.state)
    return `although it is believed ${belief}: the guard of the farm keeps it so`;
  return `because it is believed ${belief}`;
};

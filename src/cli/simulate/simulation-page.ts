import { formatSpan } from '../../clock/duration.ts';
import { isoTime } from '../../clock/iso-time.ts';
import type { GuardTime } from '../../simulation/farm-ledger.ts';
import type { Delays, SimulationReport } from '../../simulation/simulation-report.ts';
import { textTable } from '../../status/text-table.ts';
import { type ChangeRow, changeRows } from './change-rows.ts';

/** A simulation with all that there is to say of it. */
export interface SimulationPage extends SimulationReport {
  /** From when to when the journal tells, milliseconds since the epoch. */
  readonly span: { readonly from: number; readonly to: number };
  /** What the reader should know. */
  readonly remarks: readonly string[];
}

/** A simulation for people: in short, then by farm, then the latest changes, `last` at most. */
export const simulationPage = (page: SimulationPage, last: number): string[] => {
  const { span, remarks, downs, flapsAvoided, detection, recovery, told } = page;
  return [
    ...textTable([
      ['', 'THEN', 'NOW'],
      ['times down', String(downs.was), String(downs.would)],
      ['first failure to down', delayText(detection.was), delayText(detection.would)],
      ['first pass to up', delayText(recovery.was), delayText(recovery.would)],
      ['changes told to hooks', String(told.was), String(told.would)],
    ]),
    `flaps avoided: ${flapsAvoided}`,
    `in ${formatSpan(span.to - span.from)}, from ${isoTime(span.from)} to ${isoTime(span.to)}`,
    ...remarks,
    ...section(guardRows(page), last, 'farms'),
    ...section(changes(page), last, 'changes'),
  ];
};

/** A table under its head, the last lines of it; nothing when it is empty. */
const section = ([head, ...rows]: readonly (readonly string[])[], last: number, noun: string): string[] => {
  if (!head || rows.length === 0) return [];
  const left = rows.length - last;
  const more =
    left > 0 ? [`${left} ${noun} before these are not shown: --last ${rows.length} shows them, --json all`] : [];
  return ['', ...textTable([head, ...rows.slice(-last)]), ...more];
};

const guardRows = ({ farms }: SimulationReport): string[][] => {
  const isQuiet = ({ belowMinUpMs, heldMs }: GuardTime): boolean => belowMinUpMs === 0 && heldMs === 0;
  return [
    ['FARM', 'BELOW MINUP', 'NOW', 'HELD', 'NOW'],
    ...farms
      .filter(({ was, would }) => !isQuiet(was) || !isQuiet(would))
      .map(({ farm, was, would }) => [farm, below(was), below(would), held(was), held(would)]),
  ];
};

const below = ({ belowMinUpMs }: GuardTime): string => (belowMinUpMs > 0 ? formatSpan(belowMinUpMs) : '-');

const held = ({ heldMs, mostHeld }: GuardTime): string =>
  heldMs > 0 ? `${formatSpan(heldMs)}, ${mostHeld} at most` : '-';

const changes = (report: SimulationReport): string[][] => [
  ['BACKEND', 'BELIEVED', 'TOLD', 'THEN', 'NOW'],
  ...changeRows(report).map((row) => [
    row.backend,
    row.believed ?? '',
    row.told ?? '',
    row.was === null ? '-' : isoTime(row.was),
    nowText(row),
  ]),
];

const nowText = ({ was, would }: ChangeRow): string => {
  if (would === null) return '-';
  if (was === null) return isoTime(would);
  const laterMs = Math.round(would - was);
  if (laterMs === 0) return 'the same';
  return `${formatSpan(Math.abs(laterMs))} ${laterMs > 0 ? 'later' : 'sooner'}`;
};

const delayText = ({ medianMs, longestMs }: Delays): string =>
  medianMs === null || longestMs === null ? '-' : `${formatSpan(medianMs)} median, ${formatSpan(longestMs)} longest`;

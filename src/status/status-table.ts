import { oneLine } from '../checker/clean-text.ts';
import { formatAge } from '../clock/duration.ts';
import { parseIsoTime } from '../clock/iso-time.ts';
import { formatAddress } from '../config/address.ts';
import type { AdminStatus, BackendStatus, DeliveryStatus, GuardianStatus } from '../guardian/guardian-status.ts';
import { textTable } from './text-table.ts';

/**
 * The status as lines for people: a backend a line, and below it what is wrong with its hooks.
 *
 * @param now milliseconds since the epoch, for ages
 */
export const statusTable = (status: GuardianStatus, now: number): string[] => {
  const head = ['BACKEND', 'ADDRESS', 'HEALTH', 'FOR', 'DESIRED', 'HOOKS', 'LAST RESULT'];
  const rows = status.farms.flatMap(({ id, backends }) => backends.map((backend) => backendRow(id, backend, now)));
  return [...textTable([head, ...rows]), ...orderLines(status, now), ...troubleLines(status)];
};

/** What operators ordered, a line for each order in force. */
const orderLines = ({ farms }: GuardianStatus, now: number): string[] =>
  farms.flatMap(({ id: farm, backends }) =>
    backends.flatMap(({ id, admin }) => (admin ? [`${farm}/${id}: ${orderText(admin, now)}`] : [])),
  );

/** An order for people: what, by whom, how long, and why. */
const orderText = ({ state, author, until, reason }: AdminStatus, now: number): string => {
  const ends = until === null ? '' : ` for another ${formatAge(parseIsoTime(until) - now)}`;
  return `${state} ordered by ${author}${ends}${reason ? `: ${reason}` : ''}`;
};

/** What is not as it should be with the guardian itself. */
const troubleLines = ({ isolated, dryRun, journalFault }: GuardianStatus): string[] => [
  ...(isolated ? [`isolated since ${isolated.since}, every state is frozen: ${isolated.why}`] : []),
  ...(dryRun ? ['dry run: no hook is told'] : []),
  ...(journalFault === null ? [] : [`journal is not written: ${journalFault}`]),
];

const backendRow = (farm: string, backend: BackendStatus, now: number): string[] => {
  const { id, host, port, health, since, desired, admin, held, last, deliveries } = backend;
  const ground = held ? ' (held)' : admin ? ' (ordered)' : '';
  const open = deliveries.filter(({ outcome, error }) => outcome !== 'delivered' || error !== null);
  const hooks = open.map(hookText);
  return [
    `${farm}/${id}`,
    formatAddress({ host, port }),
    `${health}${doubt(backend)}`,
    since === null ? '-' : formatAge(now - parseIsoTime(since)),
    `${desired ?? '-'}${ground}`,
    hooks.length > 0 ? hooks.join(', ') : deliveries.length > 0 ? 'ok' : '-',
    last ? `${last.status}${last.code === 'ok' ? '' : ` [${last.code}]`} ${oneLine(last.summary)}` : 'none yet',
  ];
};

/** How far it has come towards the other belief, and what keeps it from there. */
const doubt = ({ count, needed, flapping, waitsForReady }: BackendStatus): string => {
  const counted = needed > 0 ? ` ${count}/${needed}` : '';
  return `${counted}${flapping ? ' flapping' : ''}${waitsForReady ? ', waits for ready' : ''}`;
};

/** What is to be said of a hook: what fails, or what an operator has set in the balancer. */
const hookText = ({ hook, outcome, error, shows }: DeliveryStatus): string => {
  const why = outcome === 'left-alone' ? shows : error;
  return `${hook} ${outcome}${why ? ` (${why})` : ''}`;
};

import { oneLine } from '../checker/clean-text.ts';
import { formatAge } from '../clock/duration.ts';
import { parseIsoTime } from '../clock/iso-time.ts';
import { formatAddress } from '../config/address.ts';
import type { BackendStatus, DeliveryStatus, GuardianStatus } from '../guardian/guardian-status.ts';
import { textTable } from './text-table.ts';

/**
 * The status as lines for people: a backend a line, and below it what is wrong with its hooks.
 *
 * @param now milliseconds since the epoch, for ages
 */
export const statusTable = ({ farms, journalFault }: GuardianStatus, now: number): string[] => {
  const head = ['BACKEND', 'ADDRESS', 'HEALTH', 'FOR', 'DESIRED', 'HOOKS', 'LAST RESULT'];
  const rows = farms.flatMap(({ id, backends }) => backends.map((backend) => backendRow(id, backend, now)));
  const faults = journalFault === null ? [] : [`journal is not written: ${journalFault}`];
  return [...textTable([head, ...rows]), ...faults];
};

const backendRow = (farm: string, backend: BackendStatus, now: number): string[] => {
  const { id, host, port, health, count, needed, since, desired, held, last, deliveries } = backend;
  const doubt = needed > 0 ? ` ${count}/${needed}` : '';
  const open = deliveries.filter(({ outcome, error }) => outcome !== 'delivered' || error !== null);
  const hooks = open.map(hookText);
  return [
    `${farm}/${id}`,
    formatAddress({ host, port }),
    `${health}${doubt}`,
    since === null ? '-' : formatAge(now - parseIsoTime(since)),
    `${desired ?? '-'}${held ? ' (held)' : ''}`,
    hooks.length > 0 ? hooks.join(', ') : deliveries.length > 0 ? 'ok' : '-',
    last ? `${last.status}${last.code === 'ok' ? '' : ` [${last.code}]`} ${oneLine(last.summary)}` : 'none yet',
  ];
};

/** What is to be said of a hook: what fails, or what an operator has set in the balancer. */
const hookText = ({ hook, outcome, error, shows }: DeliveryStatus): string => {
  const why = outcome === 'left-alone' ? shows : error;
  return `${hook} ${outcome}${why ? ` (${why})` : ''}`;
};

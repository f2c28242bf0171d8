import { oneLine } from '../checker/clean-text.ts';
import { isoTime } from '../clock/iso-time.ts';
import type { BackendHealth } from '../health/backend-health.ts';
import type { JournalEntry, RunEnd } from './journal-entry.ts';

/** A line of a timeline. */
export interface TimelineLine {
  /** ISO 8601. */
  readonly at: string;
  /** What kind of thing happened, in one word. */
  readonly kind: string;
  readonly text: string;
}

/** What the journal says of one backend, and of the guardian meanwhile, oldest first; a line for each thing. */
export const timelineOf = async (
  entries: AsyncIterable<JournalEntry>,
  { farm, backend }: { readonly farm: string; readonly backend: string },
): Promise<TimelineLine[]> => {
  const lines: TimelineLine[] = [];
  /** Where the line of the latest run of results is: how long it lasted is known only at its end. */
  let run: number | undefined;
  const endRun = (end: RunEnd | undefined) => {
    const line = run === undefined ? undefined : lines[run];
    if (run !== undefined && line && end && end.count > 1)
      lines[run] = { ...line, text: `${line.text}; ${end.count} times, last at ${end.until}` };
    run = undefined;
  };
  for await (const entry of entries) {
    if ('backend' in entry && (entry.farm !== farm || entry.backend !== backend)) continue;
    if (entry.type === 'result') endRun(entry.after);
    if (entry.type === 'results') endRun(entry);
    const said = describe(entry);
    if (!said) continue;
    if (entry.type === 'result') run = lines.length;
    lines.push({ at: entry.at, kind: said[0], text: said[1] });
  }
  return lines;
};

/** An entry for people: its kind and what it says; `undefined` for what is said elsewhere. */
const describe = (entry: JournalEntry): readonly [kind: string, text: string] | undefined => {
  switch (entry.type) {
    case 'start':
      return ['guardian', 'starts'];
    case 'stop':
      return ['guardian', 'stops'];
    case 'reload':
      return ['guardian', `goes on under another config: ${entry.changed} checks changed, ${entry.removed} removed`];
    case 'isolation':
      return ['guardian', entry.isolated ? `is cut off: ${entry.why}` : `is cut off no more: ${entry.why}`];
    case 'flapping':
      return ['flapping', entry.flapping ? `begins to flap, ${entry.score} %` : `flaps no more, ${entry.score} %`];
    case 'chapter':
    case 'flap':
    case 'alive':
    case 'results':
      return undefined;
    case 'result':
      return ['result', `${entry.status} [${entry.code}] ${oneLine(entry.summary)}`];
    case 'turned':
      return ['turned', `${entry.to}, because of [${entry.code}] ${oneLine(entry.summary)}`];
    case 'counted':
      return ['counted', counted(entry.health)];
    case 'admin':
      return ['order', orderText(entry)];
    case 'desired':
      return ['desired', `${entry.previous ?? 'nothing'} → ${entry.state} (#${entry.sequence})`];
    case 'delivery':
      return ['delivery', deliveryText(entry)];
    case 'drift':
      return ['drift', `${entry.hook} found ${entry.found ?? 'nothing'} where it had delivered ${entry.state}`];
    case 'left-alone':
      return ['left alone', `${entry.hook} found ${entry.found ?? 'nothing'}, set by the balancer's operator`];
    default:
      return entry satisfies never;
  }
};

const counted = (health: BackendHealth): string => {
  if (health.state === 'falling') return `${health.failures} failed in a row`;
  if (health.state === 'rising') return `${health.passes} passed in a row`;
  return `${health.state} without doubt again`;
};

type Entry<Type extends JournalEntry['type']> = Extract<JournalEntry, { readonly type: Type }>;

const orderText = ({ state, author, reason, until }: Entry<'admin'>): string => {
  const ends = until === null ? '' : ` until ${isoTime(until)}`;
  return `${state} by ${author}${ends}${reason ? `: ${reason}` : ''}`;
};

const deliveryText = ({ hook, outcome, state, of, attempt, durationMs, error }: Entry<'delivery'>): string =>
  outcome === 'delivered'
    ? `${hook} delivered ${state} (#${of}) in ${durationMs} ms${attempt > 1 ? `, attempt ${attempt}` : ''}`
    : `${hook} could not deliver ${state} (#${of}), attempt ${attempt}: ${oneLine(error ?? '')}`;

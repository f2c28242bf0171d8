import { parseIsoTime } from '../clock/iso-time.ts';
import { resumeHealth } from '../health/backend-health.ts';
import {
  afresh,
  afterAttempt,
  afterLeftAlone,
  type BackendRecord,
  type BackendRecords,
  emptyRecord,
} from './backend-record.ts';
import type { JournalEntry } from './journal-entry.ts';
import type { Snapshot } from './snapshot.ts';

/** What was known when the guardian was last seen. */
export interface Recovered {
  readonly records: BackendRecords;
  /** The last sequence number given out. */
  readonly sequence: number;
  /** When the guardian last wrote something, milliseconds since the epoch; 0 when it never did. */
  readonly seenAt: number;
}

/** The snapshot brought up to date with what the journal says happened after it. */
export const recover = async (
  snapshot: Snapshot | undefined,
  entries: AsyncIterable<JournalEntry>,
): Promise<Recovered> => {
  const records = new Map(Object.entries(snapshot?.records ?? {}));
  let { sequence, at: seenAt } = snapshot ?? { sequence: 0, at: 0 };
  for await (const entry of entries) {
    sequence = Math.max(sequence, entry.sequence);
    seenAt = Math.max(seenAt, parseIsoTime(entry.at) || 0);
    if (!('backend' in entry)) continue;
    const key = `${entry.farm}/${entry.backend}`;
    const next = replay(records.get(key), entry);
    if (next) records.set(key, next);
  }
  return { records, sequence, seenAt };
};

type BackendEntry = Extract<JournalEntry, { readonly backend: string }>;

const replay = (record: BackendRecord | undefined, entry: BackendEntry): BackendRecord | undefined => {
  switch (entry.type) {
    case 'turned': {
      const { definition, health, code, summary } = entry;
      const known = record?.definition === definition ? record : afresh(record, definition);
      return { ...known, health, reason: { code, summary } };
    }
    case 'counted':
      return record && { ...record, health: entry.health };
    case 'admin': {
      const { definition, state, author, reason, until, ended } = entry;
      const known = record ?? emptyRecord(definition);
      if (state !== 'ready') return { ...known, admin: { state, author, reason, until } };
      return { ...known, admin: null, health: ended ? known.health : resumeHealth(known.health) };
    }
    case 'desired': {
      const { type, ...change } = entry;
      return record && { ...record, desired: change };
    }
    case 'delivery': {
      const { hook, by, state, of: sequence, outcome } = entry;
      const attempt = { hook, by, change: { state, sequence }, holds: outcome === 'delivered' };
      return record && { ...record, ...afterAttempt(record, attempt) };
    }
    case 'flap':
      return record && { ...record, flap: entry.flap };
    case 'flapping':
    case 'result':
    case 'results':
    case 'drift':
      return record;
    case 'left-alone':
      return record && { ...record, ...afterLeftAlone(record, entry.hook) };
    default:
      return entry satisfies never;
  }
};

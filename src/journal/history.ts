import type { Status } from '../checker/status.ts';
import { parseIsoTime } from '../clock/iso-time.ts';
import type { Belief } from '../health/backend-health.ts';
import type { FarmSettings, JournalEntry } from './journal-entry.ts';

/** Equal results in a row. Times are milliseconds since the epoch. */
export interface RecordedRun {
  readonly status: Status;
  readonly code: string;
  readonly summary: string;
  /** How long its first check took. */
  readonly durationMs: number;
  /** When its first check began. */
  readonly from: number;
  /** When its last check began; of a guardian that was killed, when it was last seen alive. */
  readonly until: number;
  /** How many results it was; `undefined` of a guardian that was killed. */
  readonly count: number | undefined;
  /** Whether it goes on without a gap where the run before it ended. */
  readonly continues: boolean;
}

/** A turn of the belief, and when it was written down. */
export interface RecordedTurn {
  readonly to: Belief;
  readonly at: number;
}

/** What the journal knows of one backend. */
export interface BackendHistory {
  readonly farm: string;
  readonly backend: string;
  readonly runs: readonly RecordedRun[];
  readonly turns: readonly RecordedTurn[];
}

/** What the journal knows of all of them. */
export interface History {
  /** By `FARM/BACKEND`. */
  readonly backends: ReadonlyMap<string, BackendHistory>;
  /** The latest settings of each farm. */
  readonly settings: Readonly<Record<string, FarmSettings>>;
}

interface Growing {
  readonly farm: string;
  readonly backend: string;
  readonly runs: RecordedRun[];
  readonly turns: RecordedTurn[];
  /** A run that has not ended yet. */
  open: Omit<RecordedRun, 'until' | 'count'> | undefined;
}

type ResultEntry = Extract<JournalEntry, { readonly type: 'result' }>;

/** Unrolls a journal: which results each backend gave when, and how it was judged. */
export const readHistory = async (entries: AsyncIterable<JournalEntry>): Promise<History> => {
  const backends = new Map<string, Growing>();
  let settings: Record<string, FarmSettings> = {};
  let seenAt = 0;
  const of = (farm: string, backend: string): Growing => {
    const name = `${farm}/${backend}`;
    const known = backends.get(name);
    if (known) return known;
    const fresh = { farm, backend, runs: [], turns: [], open: undefined };
    backends.set(name, fresh);
    return fresh;
  };
  for await (const entry of entries) {
    const at = parseIsoTime(entry.at);
    if (entry.type === 'start' || entry.type === 'reload') settings = { ...settings, ...entry.farms };
    if (entry.type === 'start') for (const growing of backends.values()) close(growing, seenAt, undefined);
    else if (entry.type === 'result') take(of(entry.farm, entry.backend), entry, at);
    else if (entry.type === 'results') close(of(entry.farm, entry.backend), parseIsoTime(entry.until), entry.count);
    else if (entry.type === 'turned') of(entry.farm, entry.backend).turns.push({ to: entry.to, at });
    seenAt = at;
  }
  for (const growing of backends.values()) close(growing, seenAt, undefined);
  return { backends, settings };
};

const take = (growing: Growing, { status, code, summary, durationMs, after }: ResultEntry, at: number): void => {
  const continues = after !== undefined && growing.open !== undefined;
  if (after) close(growing, parseIsoTime(after.until), after.count);
  growing.open = { status, code, summary, durationMs, from: at - durationMs, continues };
};

const close = (growing: Growing, until: number, count: number | undefined): void => {
  const { open } = growing;
  if (!open) return;
  growing.runs.push({ ...open, until: Math.max(open.from, until), count });
  growing.open = undefined;
};

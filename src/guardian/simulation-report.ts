import type { Comparison, Turn } from './simulate.ts';

/** A turn that happened, or would have happened, or both. */
export interface ComparedTurn {
  readonly backend: string;
  readonly to: Turn['to'];
  /** When it happened, milliseconds since the epoch; `null` when it did not. */
  readonly then: number | null;
  /** When it would have happened; `null` when it would not. */
  readonly now: number | null;
}

/** How long turns took from the first bad (or good) result on, in milliseconds; `null` where there was none. */
export interface Delays {
  readonly medianMs: number | null;
  readonly longestMs: number | null;
}

/** What other settings would have changed. Plain JSON. */
export interface SimulationReport {
  readonly turns: readonly ComparedTurn[];
  /** How many turned down. */
  readonly downs: { readonly then: number; readonly now: number };
  /** From the first failure to down. */
  readonly detection: { readonly then: Delays; readonly now: Delays };
  /** From the first pass to up. */
  readonly recovery: { readonly then: Delays; readonly now: Delays };
  /** Times a backend went down then and would have stayed in now. */
  readonly flapsAvoided: number;
}

/** Puts together what {@link Comparison}s say, by `FARM/BACKEND`. */
export const reportOf = (comparisons: ReadonlyMap<string, Comparison>): SimulationReport => {
  const turns = [...comparisons].flatMap(([backend, { then, now }]) => pair(backend, then, now));
  const all = [...comparisons.values()];
  const delays = (when: 'then' | 'now', to: Turn['to']) => delaysOf(all.flatMap((comparison) => comparison[when]), to);
  const downs = turns.filter(({ to }) => to === 'down');
  return {
    turns: turns.toSorted((a, b) => (a.then ?? a.now ?? 0) - (b.then ?? b.now ?? 0)),
    downs: { then: count(downs, 'then'), now: count(downs, 'now') },
    detection: { then: delays('then', 'down'), now: delays('now', 'down') },
    recovery: { then: delays('then', 'up'), now: delays('now', 'up') },
    flapsAvoided: downs.filter(({ then, now }) => then !== null && now === null).length,
  };
};

/** Turns belong together when the same results brought them about. */
const pair = (backend: string, then: readonly Turn[], now: readonly Turn[]): ComparedTurn[] => {
  const left = [...now];
  const both = then.map(({ to, at, since }) => {
    const i = left.findIndex((turn) => turn.to === to && turn.since === since);
    const [partner] = i < 0 ? [] : left.splice(i, 1);
    return { backend, to, then: at, now: partner?.at ?? null };
  });
  return [...both, ...left.map(({ to, at }) => ({ backend, to, then: null, now: at }))];
};

const count = (turns: readonly ComparedTurn[], when: 'then' | 'now'): number =>
  turns.filter((turn) => turn[when] !== null).length;

const delaysOf = (turns: readonly Turn[], to: Turn['to']): Delays => {
  const delays = turns
    .flatMap((turn) => (turn.to === to && turn.since !== undefined ? [turn.at - turn.since] : []))
    .sort((a, b) => a - b);
  return { medianMs: delays[Math.floor((delays.length - 1) / 2)] ?? null, longestMs: delays.at(-1) ?? null };
};

import type { Comparison, Turn } from './simulate.ts';

/** A turn that happened, or would have happened, or both. */
export interface ComparedTurn {
  readonly backend: string;
  readonly to: Turn['to'];
  /** When it happened, milliseconds since the epoch; `null` when it did not. */
  readonly was: number | null;
  /** When it would have happened; `null` when it would not. */
  readonly would: number | null;
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
  readonly downs: { readonly was: number; readonly would: number };
  /** From the first failure to down. */
  readonly detection: { readonly was: Delays; readonly would: Delays };
  /** From the first pass to up. */
  readonly recovery: { readonly was: Delays; readonly would: Delays };
  /** Times a backend went down and would have stayed in. */
  readonly flapsAvoided: number;
}

/** Puts together what {@link Comparison}s say, by `FARM/BACKEND`. */
export const reportOf = (comparisons: ReadonlyMap<string, Comparison>): SimulationReport => {
  const turns = [...comparisons].flatMap(([backend, { was, would }]) => pair(backend, was, would));
  const all = [...comparisons.values()];
  const delays = (when: 'was' | 'would', to: Turn['to']) =>
    delaysOf(
      all.flatMap((comparison) => comparison[when]),
      to,
    );
  const downs = turns.filter(({ to }) => to === 'down');
  return {
    turns: turns.toSorted((a, b) => (a.was ?? a.would ?? 0) - (b.was ?? b.would ?? 0)),
    downs: { was: count(downs, 'was'), would: count(downs, 'would') },
    detection: { was: delays('was', 'down'), would: delays('would', 'down') },
    recovery: { was: delays('was', 'up'), would: delays('would', 'up') },
    flapsAvoided: downs.filter(({ was, would }) => was !== null && would === null).length,
  };
};

/** Turns belong together when the same results brought them about. */
const pair = (backend: string, was: readonly Turn[], would: readonly Turn[]): ComparedTurn[] => {
  const left = [...would];
  const both = was.map(({ to, at, since }) => {
    const i = left.findIndex((turn) => turn.to === to && turn.since === since);
    const [partner] = i < 0 ? [] : left.splice(i, 1);
    return { backend, to, was: at, would: partner?.at ?? null };
  });
  return [...both, ...left.map(({ to, at }) => ({ backend, to, was: null, would: at }))];
};

const count = (turns: readonly ComparedTurn[], when: 'was' | 'would'): number =>
  turns.filter((turn) => turn[when] !== null).length;

const delaysOf = (turns: readonly Turn[], to: Turn['to']): Delays => {
  const delays = turns
    .flatMap((turn) => (turn.to === to && turn.since !== undefined ? [turn.at - turn.since] : []))
    .sort((a, b) => a - b);
  return { medianMs: delays[Math.floor((delays.length - 1) / 2)] ?? null, longestMs: delays.at(-1) ?? null };
};

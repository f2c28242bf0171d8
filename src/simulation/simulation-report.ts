import type { Belief } from '../health/backend-health.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { GuardTime, Turn } from './farm-ledger.ts';
import { type ComparedTurn, pairTurns } from './pair-turns.ts';
import type { FarmComparison } from './simulate.ts';

/** What was, and what would have been. */
export interface Compared<T> {
  readonly was: T;
  readonly would: T;
}

/** How long turns took from the first bad (or good) result on, in milliseconds; `null` where there was none. */
export interface Delays {
  readonly medianMs: number | null;
  readonly longestMs: number | null;
}

/** What other settings would have changed. Plain JSON. */
export interface SimulationReport {
  /** Turns of what is believed. */
  readonly turns: readonly ComparedTurn<Belief>[];
  /** How many turned down. */
  readonly downs: Compared<number>;
  /** From the first failure to down. */
  readonly detection: Compared<Delays>;
  /** From the first pass to up. */
  readonly recovery: Compared<Delays>;
  /** Times a backend went down and would have stayed in. */
  readonly flapsAvoided: number;
  /** Changes of the desired states: what hooks are told. */
  readonly desired: readonly ComparedTurn<DesiredState>[];
  /** How many changes hooks are told. */
  readonly told: Compared<number>;
  /** How the guard of each farm was needed. */
  readonly farms: readonly ({ readonly farm: string } & Compared<GuardTime>)[];
}

/** Puts together what the comparisons of farms say. */
export const reportOf = (farms: readonly FarmComparison[]): SimulationReport => {
  const of = <To extends string>(
    pick: (farm: FarmComparison) => Compared<readonly Turn<To>[]>,
  ): Compared<Turn<To>[]> => {
    const picked = farms.map(pick);
    return { was: picked.flatMap(({ was }) => was), would: picked.flatMap(({ would }) => would) };
  };
  const turns = of<Belief>(({ was, would }) => ({ was: was.turns, would: would.turns }));
  const told = of<DesiredState>(({ was, would }) => ({ was: was.told, would: would.told }));
  const paired = pairTurns(turns.was, turns.would);
  const downs = paired.filter(({ to }) => to === 'down');
  return {
    turns: paired,
    downs: each(turns, (all) => all.filter(({ to }) => to === 'down').length),
    detection: each(turns, (all) => delaysOf(all, 'down')),
    recovery: each(turns, (all) => delaysOf(all, 'up')),
    flapsAvoided: downs.filter(({ was, would }) => was !== null && would === null).length,
    desired: pairTurns(told.was, told.would),
    told: each(told, ({ length }) => length),
    farms: farms.map(({ farm, was, would }) => ({ farm, was: was.guard, would: would.guard })),
  };
};

const each = <T, R>({ was, would }: Compared<T>, of: (one: T) => R): Compared<R> => ({
  was: of(was),
  would: of(would),
});

const delaysOf = (turns: readonly Turn<Belief>[], belief: Belief): Delays => {
  const delays = turns
    .flatMap(({ to, at, since }) => (to === belief && since !== undefined ? [at - since] : []))
    .sort((a, b) => a - b);
  return { medianMs: delays[Math.floor((delays.length - 1) / 2)] ?? null, longestMs: delays.at(-1) ?? null };
};

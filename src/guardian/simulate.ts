import type { Status } from '../checker/status.ts';
import { type BackendHealth, type Belief, reduceHealth, unknownHealth } from '../health/backend-health.ts';
import { evidenceOf } from '../health/evidence.ts';
import type { BackendHistory, RecordedRun } from '../journal/history.ts';
import type { FarmSettings } from '../journal/journal-entry.ts';
import { nextSlot } from '../schedule/jitter.ts';

/** A turn of the belief, and the fault or recovery behind it. */
export interface Turn {
  readonly to: Belief;
  readonly at: number;
  /** When the first of the results that brought it about began; `undefined` with the first evidence. */
  readonly since: number | undefined;
}

/** What happened to a backend, and what would have happened. */
export interface Comparison {
  readonly was: readonly Turn[];
  readonly would: readonly Turn[];
}

/**
 * Judges the recorded results of a backend anew under other settings. The results of a run are taken as what the
 * server was like all the time between them, so that other intervals look at another time and find the same.
 *
 * @param recorded the settings the results were recorded under: they tell the check's place in the interval
 */
export const simulate = (history: BackendHistory, recorded: FarmSettings, settings: FarmSettings): Comparison => {
  const phases = phasesOf(history.runs);
  return {
    was: history.turns.map(({ to, at }, i) => ({ to, at, since: i === 0 ? undefined : streakStart(phases, at) })),
    would: judge(phases, placeOf(history.runs[0], recorded), settings),
  };
};

/** A stretch of time in which the server gave one kind of result. */
interface Phase {
  readonly from: number;
  readonly to: number;
  readonly status: Status;
  readonly durationMs: number;
  /** Whether nothing was recorded between it and the phase before. */
  readonly afterGap: boolean;
}

/** The server changed somewhere between the last result of a run and the first of the next: the middle is taken. */
const phasesOf = (runs: readonly RecordedRun[]): Phase[] =>
  runs.map((run, i) => {
    const before = run.continues ? runs[i - 1] : undefined;
    const next = runs[i + 1]?.continues ? runs[i + 1] : undefined;
    return {
      from: before ? (before.until + run.from) / 2 : run.from,
      // Times are written down to the millisecond.
      to: next ? (run.until + next.from) / 2 : run.until + 1,
      status: run.status,
      durationMs: run.durationMs,
      afterGap: !before,
    };
  });

/** Where in its interval a check stood, as a part of it. */
const placeOf = (first: RecordedRun | undefined, { intervalMs }: FarmSettings): number =>
  first ? (first.from % intervalMs) / intervalMs : 0;

const judge = (phases: readonly Phase[], place: number, settings: FarmSettings): Turn[] => {
  const turns: Turn[] = [];
  let health: BackendHealth = unknownHealth;
  let due = Number.NEGATIVE_INFINITY;
  for (const { from, to, status, durationMs, afterGap } of phases) {
    // A guardian that starts again has looked just when the first result after the gap says.
    if (afterGap) due = from;
    while (due <= to) {
      const at = Math.round(due + durationMs);
      const first = health.state === 'starting';
      const step = reduceHealth(health, { evidence: evidenceOf[status], at }, settings);
      for (const { to: belief } of step.effects)
        turns.push({ to: belief, at, since: first ? undefined : streakStart(phases, due) });
      health = step.health;
      due = nextDue(due, at, intervalOf(health, settings), place);
    }
  }
  return turns;
};

/** As the scheduler does it: on the grid, half an interval away at least, and not before the run has ended. */
const nextDue = (due: number, endedAt: number, intervalMs: number, place: number): number => {
  const next = nextSlot(due + intervalMs / 2, intervalMs, place);
  return next + Math.max(0, Math.ceil((endedAt - next) / intervalMs)) * intervalMs;
};

const intervalOf = ({ state }: BackendHealth, settings: FarmSettings): number => {
  if (state === 'falling' || state === 'rising') return settings.fastIntervalMs;
  return state === 'down' ? settings.downIntervalMs : settings.intervalMs;
};

/** When the results of the kind that came at `at` began, UNKNOWN ones between them passed over. */
const streakStart = (phases: readonly Phase[], at: number): number | undefined => {
  const known = phases.filter(({ from, status }) => from <= at && evidenceOf[status] !== 'neutral');
  const kind = evidenceOf[known.at(-1)?.status ?? 'UNKNOWN'];
  const other = known.findLastIndex(({ status }) => evidenceOf[status] !== kind);
  return known[other + 1]?.from;
};

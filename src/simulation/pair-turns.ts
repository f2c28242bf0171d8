import type { Turn } from './farm-ledger.ts';

/** A turn that happened, or would have happened, or both. */
export interface ComparedTurn<To extends string> {
  /** `FARM/BACKEND`. */
  readonly backend: string;
  readonly to: To;
  /** When it happened, milliseconds since the epoch; `null` when it did not. */
  readonly was: number | null;
  /** When it would have happened; `null` when it would not. */
  readonly would: number | null;
}

/** A turn with all the time that it stands for: from the first result that spoke for it to the next turn. */
interface Episode<To extends string> {
  readonly turn: Turn<To>;
  readonly from: number;
  readonly until: number;
}

/**
 * Turns of the same kind belong together when their times overlap, from the first result that spoke for them to the
 * next turn: they tell of the same fault, or of the same recovery. In the order of time.
 */
export const pairTurns = <To extends string>(
  was: readonly Turn<To>[],
  would: readonly Turn<To>[],
): ComparedTurn<To>[] => {
  const [past, other] = [episodesOf(was), episodesOf(would)];
  const pairs = Array.from(new Set([...past.keys(), ...other.keys()]), (kind) =>
    pair(past.get(kind) ?? [], other.get(kind) ?? []),
  );
  return pairs.flat().sort((a, b) => (a.was ?? a.would ?? 0) - (b.was ?? b.would ?? 0));
};

/** By backend and by what it turned to, in the order of time. */
const episodesOf = <To extends string>(turns: readonly Turn<To>[]): Map<string, Episode<To>[]> => {
  const episodes = new Map<string, Episode<To>[]>();
  const next = new Map<string, number>();
  for (const turn of turns.toReversed()) {
    const { backend, to, at, since = at } = turn;
    const kind = `${backend} ${to}`;
    const known = episodes.get(kind);
    const episode = { turn, from: Math.min(since, at), until: next.get(backend) ?? Number.POSITIVE_INFINITY };
    if (known) known.push(episode);
    else episodes.set(kind, [episode]);
    next.set(backend, at);
  }
  for (const list of episodes.values()) list.reverse();
  return episodes;
};

const pair = <To extends string>(was: readonly Episode<To>[], would: readonly Episode<To>[]): ComparedTurn<To>[] => {
  const turns: ComparedTurn<To>[] = [];
  for (let i = 0, j = 0; ; ) {
    const [a, b] = [was[i], would[j]];
    if (!a && !b) return turns;
    if (a && (!b || isBefore(a, b))) {
      turns.push(compared(a.turn, undefined));
      i++;
    } else if (b && (!a || isBefore(b, a))) {
      turns.push(compared(undefined, b.turn));
      j++;
    } else {
      turns.push(compared(a?.turn, b?.turn));
      i++;
      j++;
    }
  }
};

/** An episode may be shorter than a millisecond: those that begin together are never one before the other. */
const isBefore = <To extends string>(a: Episode<To>, b: Episode<To>): boolean => a.until <= b.from && a.from < b.from;

const compared = <To extends string>(was: Turn<To> | undefined, would: Turn<To> | undefined): ComparedTurn<To> => {
  const { backend, to } = (was ?? would) as Turn<To>;
  return { backend, to, was: was?.at ?? null, would: would?.at ?? null };
};

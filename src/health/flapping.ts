/** When a backend counts as flapping: the weighted share of changes among its latest results, in percent. */
export interface FlapPolicy {
  /** It begins to flap at this score. */
  readonly high: number;
  /** It flaps no more below this one. */
  readonly low: number;
}

/** How often the evidence about a backend has changed lately. Plain JSON. */
export interface FlapHistory {
  /** Which of the latest 20 pieces of evidence were a change: a bit each, the newest is the lowest. */
  readonly changes: number;
  readonly flapping: boolean;
}

/** Nothing has changed lately. */
export const steadyHistory: FlapHistory = { changes: 0, flapping: false };

const slots = 20;

/**
 * How much a backend flaps, in percent: of 20 slots, each with a change counts between 0.8 (the oldest) and 1.18 (the
 * newest), as in Icinga (Icinga 2, Advanced Topics, Flapping).
 */
export const flapScore = ({ changes }: Pick<FlapHistory, 'changes'>): number => {
  let score = 0;
  for (let age = 0; age < slots; age++) if (changes & (1 << age)) score += 0.8 + 0.02 * (slots - 1 - age);
  return (score * 100) / slots;
};

/** How many of the latest 20 pieces of evidence were a change. */
export const flapCount = ({ changes }: FlapHistory): number => {
  let count = 0;
  for (let rest = changes; rest > 0; rest &= rest - 1) count++;
  return count;
};

/**
 * Takes one more piece of evidence into account: whether it was a change. Gives the same history when nothing in it is
 * another; without a policy nothing ever flaps.
 */
export const noteEvidence = (history: FlapHistory, changed: boolean, policy: FlapPolicy | undefined): FlapHistory => {
  const isSteady = history.changes === 0 && !history.flapping;
  if (isSteady && !(changed && policy)) return history;
  if (!policy) return steadyHistory;
  const changes = ((history.changes << 1) | (changed ? 1 : 0)) & (2 ** slots - 1);
  const score = flapScore({ changes });
  return { changes, flapping: history.flapping ? score >= policy.low : score >= policy.high };
};

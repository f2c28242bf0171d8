import type { PlannedCheck } from './plan.ts';

/** What a reload does to the checks, by `FARM/BACKEND`. */
export interface PlanDiff {
  /** Looked at as before: they keep what is known of them. */
  readonly kept: readonly string[];
  /** Looked at otherwise, or elsewhere: what was known says nothing any more. */
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Compares what is planned of a farm with what was, in the order of the configs. */
export const diffPlans = (before: Iterable<PlannedCheck>, after: Iterable<PlannedCheck>): PlanDiff => {
  const old = new Map(Array.from(before, ({ id, definition }) => [id, definition]));
  const kept: string[] = [];
  const changed: string[] = [];
  const added: string[] = [];
  for (const { id, definition } of after) {
    const known = old.get(id);
    (known === undefined ? added : known === definition ? kept : changed).push(id);
    old.delete(id);
  }
  return { kept, changed, added, removed: [...old.keys()] };
};

/** The plans of a config, by farm. */
export type FarmPlans = ReadonlyMap<string, readonly PlannedCheck[]>;

/** Compares what is planned of all farms with what was, in the order of the configs. Farms that stay the same cost nothing. */
export const diffFarms = (before: FarmPlans, after: FarmPlans): PlanDiff => {
  const diffs = Array.from(after, ([id, plans]) => [id, diffFarm(before.get(id), plans)] as const);
  const gone = new Map(diffs.map(([id, { removed }]) => [id, removed]));
  return {
    kept: diffs.flatMap(([, { kept }]) => kept),
    changed: diffs.flatMap(([, { changed }]) => changed),
    added: diffs.flatMap(([, { added }]) => added),
    removed: Array.from(before, ([farm, plans]) => gone.get(farm) ?? idsOf(plans)).flat(),
  };
};

const diffFarm = (before: readonly PlannedCheck[] | undefined, after: readonly PlannedCheck[]): PlanDiff =>
  before === after ? { kept: idsOf(after), changed: [], added: [], removed: [] } : diffPlans(before ?? [], after);

const idsOf = (plans: readonly PlannedCheck[]): string[] => plans.map(({ id }) => id);

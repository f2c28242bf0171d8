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

/** Compares what is planned with what was, in the order of the configs. */
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

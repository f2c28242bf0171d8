import type { DesiredState } from '../../health/desired-state.ts';
import type { HookFarm, ObservedState } from '../../hook/hook.ts';

/** What the running guardian wants of each backend; `null` before there is evidence. */
export type Desired = ReadonlyMap<string, DesiredState | null>;

/** What is said of one backend. */
export interface ComparedBackend {
  readonly cells: readonly string[];
  /** Whether the balancer does not know it. */
  readonly missing: boolean;
}

/** What a balancer shows of each backend of a farm, and what the guardian would change. */
export const comparison = (
  { backends }: HookFarm,
  shown: ReadonlyMap<string, ObservedState>,
  desired: Desired | undefined,
): ComparedBackend[] =>
  backends.map(({ id }) => {
    const seen = shown.get(id);
    const wanted = desired?.get(id) ?? undefined;
    const cells = [id, seen ? `${seen.state} (${seen.word})` : 'no such backend', wanted ?? '-', would(seen, wanted)];
    return { cells, missing: !seen };
  });

const would = (seen: ObservedState | undefined, wanted: DesiredState | undefined): string => {
  if (wanted === undefined) return '-';
  if (!seen) return 'fail';
  if (seen.state === wanted) return 'stay';
  return seen.manual ? `set ${wanted}, unless an operator set this` : `set ${wanted}`;
};

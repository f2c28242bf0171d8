import type { Clock } from '../../clock/clock.ts';
import type { PlannedCheck } from '../../farm/plan.ts';
import type { ObservedState } from '../../hook/hook.ts';
import type { CheckPool } from '../../worker/check-pool.ts';

/** What {@link choose} looks at. */
export interface ChooseOptions {
  readonly pool: CheckPool;
  readonly clock: Clock;
  /** What the balancer shows, where it can be read. */
  readonly shown: ReadonlyMap<string, ObservedState> | undefined;
}

/**
 * The backend that can be drained for a moment: one that passes its check and gets clients, while another does so too.
 *
 * @throws Error, with a message for people, when there are not two of them
 */
export const choose = async (
  plans: readonly PlannedCheck[],
  { pool, clock, shown }: ChooseOptions,
): Promise<PlannedCheck> => {
  const healthy: PlannedCheck[] = [];
  for (const plan of plans) {
    if (shown && shown.get(plan.backend.id)?.state !== 'up') continue;
    const result = await pool.run(plan.check, { timeoutMs: plan.rhythm.timeoutMs, clock });
    if (result === 'cancelled' || (result.status !== 'OK' && result.status !== 'WARNING')) continue;
    healthy.push(plan);
    const [first] = healthy;
    if (first && healthy.length > 1) return first;
  }
  throw new Error(
    `${healthy.length === 0 ? 'no backend passes its check and gets clients' : 'only one backend passes its check and gets clients'}: there must be two to drain one`,
  );
};

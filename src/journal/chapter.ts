import type { StandingOrder } from '../health/admin-order.ts';
import type { BackendHealth } from '../health/backend-health.ts';
import type { DesiredState } from '../health/desired-state.ts';
import { type FlapHistory, steadyHistory } from '../health/flapping.ts';
import type { BackendRecord } from './backend-record.ts';
import type { FarmsSettings, JournalEvent } from './journal-entry.ts';
import type { OpenRun } from './result-runs.ts';

/** How a backend stood when a new file of the journal began. */
export interface Standing {
  readonly health: BackendHealth;
  readonly flap: FlapHistory;
  readonly admin: StandingOrder;
  readonly desired: DesiredState | null;
  /** The begin of its run of equal results; absent before the first since the start. */
  readonly result?: Pick<OpenRun, 'status' | 'code' | 'durationMs'>;
}

/** How all those stand that simply are well, which in most chapters are nearly all. */
export const wellStanding: Standing = {
  health: { state: 'up', since: 0 },
  flap: steadyHistory,
  admin: null,
  desired: 'up',
  result: { status: 'OK', code: 'ok', durationMs: 0 },
};

/** What a new file of the journal begins with. */
export const chapterOf = (
  farms: FarmsSettings,
  records: Iterable<readonly [string, BackendRecord]>,
  runs: ReadonlyMap<string, OpenRun>,
): Extract<JournalEvent, { readonly type: 'chapter' }> => {
  const standings: Record<string, Standing> = {};
  for (const [id, record] of records) {
    const run = runs.get(id);
    if (!isWell(record, run)) standings[id] = standingOf(record, run);
  }
  return { type: 'chapter', farms, standings };
};

const isWell = ({ health, flap, admin, desired }: BackendRecord, run: OpenRun | undefined): boolean =>
  health.state === 'up' &&
  flap.changes === 0 &&
  admin === null &&
  desired?.state === 'up' &&
  run?.status === 'OK' &&
  run.code === 'ok';

const standingOf = ({ health, flap, admin, desired }: BackendRecord, run: OpenRun | undefined): Standing => ({
  health,
  flap,
  admin,
  desired: desired?.state ?? null,
  ...(run && { result: { status: run.status, code: run.code, durationMs: run.durationMs } }),
});

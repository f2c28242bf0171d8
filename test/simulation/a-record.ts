import { join } from 'node:path';
import fc from 'fast-check';
import type { Status } from '../../src/checker/status.ts';
import type { FarmConfig } from '../../src/config/config.ts';
import type { AdminState } from '../../src/health/admin-order.ts';
import type { AnyHookType } from '../../src/hook/hook.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { readRecord } from '../../src/simulation/read-record.ts';
import type { GuardianRecord } from '../../src/simulation/record.ts';
import { changedSettings, type SettingChanges } from '../../src/simulation/settings.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { reportOf, type SimulationReport } from '../../src/simulation/simulation-report.ts';
import { FarmLab } from '../guardian/a-farm.ts';

/** Something that happens to a farm of b1, b2 and b3, and how long it stays so. */
export type Happening = { readonly forMs: number } & (
  | { readonly backend: string; readonly answers: Status | 'hang' }
  | { readonly backend: string; readonly ordered: AdminState; readonly lastsMs: number | null }
  | { readonly recheck: true }
  | { readonly reload: readonly string[] }
  | { readonly restartAfterMs: number }
);

const ids = ['b1', 'b2', 'b3'] as const;
const backend = fc.constantFrom(...ids);
const forMs = fc.integer({ min: 1, max: 40_000 });
const anyStatus = fc.constantFrom<Status | 'hang'>('OK', 'OK', 'WARNING', 'CRITICAL', 'CRITICAL', 'UNKNOWN', 'hang');
const anyOrder = fc.constantFrom<AdminState>('ready', 'drain', 'maintenance', 'forced-up', 'forced-down');

/** Faults, orders, reloads and restarts, short and long. */
export const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ forMs, backend, answers: anyStatus }) },
  { weight: 2, arbitrary: fc.record({ forMs, backend, ordered: anyOrder, lastsMs: fc.option(forMs) }) },
  { weight: 1, arbitrary: fc.record({ forMs, recheck: fc.constant(true as const) }) },
  { weight: 1, arbitrary: fc.record({ forMs, reload: fc.subarray([...ids], { minLength: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ forMs, restartAfterMs: fc.constantFrom(0, 30_000, 4_000_000) }) },
);

/** How a farm may be judged. */
export const anySettings = fc.record({
  policy: fc.record({ rise: fc.integer({ min: 1, max: 3 }), fall: fc.integer({ min: 1, max: 4 }) }),
  guard: fc.record({
    minUp: fc.oneof(fc.record({ count: fc.nat(3) }), fc.record({ percent: fc.nat(100) })),
    whenAllFail: fc.constantFrom('down' as const, 'hold' as const),
  }),
  flapping: fc.constantFrom(undefined, { high: 30, low: 25 }, { high: 10, low: 5 }),
  manualResume: fc.boolean(),
  evidence: fc.record({
    OK: fc.constant('pass' as const),
    WARNING: fc.constantFrom('pass' as const, 'fail' as const, 'neutral' as const),
    CRITICAL: fc.constant('fail' as const),
    UNKNOWN: fc.constantFrom('neutral' as const, 'fail' as const),
  }),
});

/** What a guardian writes down of all that. */
export const recordOf = async (
  happenings: readonly Happening[],
  parts: Partial<FarmConfig<AnyHookType>> = {},
): Promise<GuardianRecord> => {
  await using lab = await FarmLab.open();
  const config = (some: readonly string[]) =>
    lab.config({ ...parts, backends: some.map((id) => ({ id, host: id, port: 21 })) });
  let watched = config(ids);
  let guardian = await lab.start(watched);
  for (const each of happenings) {
    if ('answers' in each) lab.answers.set(each.backend, each.answers);
    else if ('recheck' in each) guardian.recheck();
    else if ('ordered' in each) {
      if (!watched.farms[0]?.backends.some(({ id }) => id === each.backend)) continue;
      const until = each.lastsMs === null ? null : lab.clock.wallTime() + each.lastsMs;
      const order = { state: each.ordered, author: 'alice', reason: 'a test', until };
      guardian.order({ farm: 'ftp', backend: each.backend }, order);
    } else if ('reload' in each) {
      watched = config(each.reload);
      await guardian.reload(watched);
    } else {
      await guardian.stop();
      await lab.clock.advance(each.restartAfterMs);
      guardian = await lab.start(watched);
    }
    await lab.clock.advance(each.forMs);
  }
  await guardian.stop();
  // Awaited here: the folder is gone once this scope is left.
  return await readRecord(readJournal(join(lab.folder, 'state', 'journal.jsonl')));
};

/** What other settings would have changed. */
export const tryOut = (record: GuardianRecord, changes: SettingChanges): SimulationReport =>
  reportOf(simulate(record, (recorded) => changedSettings(recorded, changes)));

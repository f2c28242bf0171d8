import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Status } from '../../src/checker/status.ts';
import type { AdminState } from '../../src/health/admin-order.ts';
import { type BackendRecord, emptyRecord } from '../../src/journal/backend-record.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { recover } from '../../src/journal/recover.ts';
import { FarmLab } from './a-farm.ts';

/** Something that happens to the farm, and how long it stays so. */
type Happening = { readonly forMs: number } & (
  | { readonly backend: 'b1' | 'b2'; readonly answers: Status | 'hang' }
  | { readonly backend: 'b1' | 'b2'; readonly ordered: AdminState; readonly lastsMs: number | null }
  | { readonly hookFails: boolean }
  | { readonly restart: true }
);

const backend = fc.constantFrom('b1' as const, 'b2' as const);
const forMs = fc.integer({ min: 1, max: 30_000 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ forMs, backend, answers: answers() }) },
  { weight: 1, arbitrary: fc.record({ forMs, backend, ordered: orders(), lastsMs: fc.option(forMs) }) },
  { weight: 1, arbitrary: fc.record({ forMs, hookFails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ forMs, restart: fc.constant(true as const) }) },
);

it('remembers by the journal alone what the snapshot says, to the byte, whatever happened', async () => {
  const farms = fc.record({
    happenings: fc.array(happening, { minLength: 3, maxLength: 12 }),
    whenAllFail: fc.constantFrom('down' as const, 'hold' as const),
    count: fc.constantFrom(0, 1),
    flapping: fc.constantFrom(undefined, { high: 30, low: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(farms, async ({ happenings, whenAllFail, count, flapping }) => {
      await using lab = await FarmLab.open();
      const config = lab.config({ guard: { minUp: { count }, whenAllFail }, flapping });
      let guardian = await lab.start(config);
      for (const each of happenings) {
        if ('answers' in each) lab.answers.set(each.backend, each.answers);
        else if ('hookFails' in each) lab.hookFails = each.hookFails;
        else if ('ordered' in each) {
          const until = each.lastsMs === null ? null : lab.clock.wallTime() + each.lastsMs;
          const order = { state: each.ordered, author: 'alice', reason: 'a property', until };
          guardian.order({ farm: 'ftp', backend: each.backend }, order);
        } else {
          await guardian.stop();
          guardian = await lab.start(config);
        }
        await lab.clock.advance(each.forMs);
      }
      await guardian.stop();
      const [, snapshot = ''] = (await readFile(join(lab.folder, 'state', 'snapshot.json'), 'utf8')).split('\n');
      const { records } = await recover(undefined, readJournal(join(lab.folder, 'state', 'journal.jsonl')));
      const remembered = Object.entries(JSON.parse(snapshot).records as Record<string, BackendRecord>);
      for (const [id, record] of remembered) {
        const replayed = records.get(id) ?? emptyRecord(record.definition);
        expect(JSON.stringify(replayed), id).toBe(JSON.stringify(record));
      }
    }),
    { numRuns: 30 },
  );
}, 30_000);

function answers() {
  return fc.constantFrom<Status | 'hang'>('OK', 'WARNING', 'CRITICAL', 'UNKNOWN', 'hang');
}

function orders() {
  return fc.constantFrom<AdminState>('ready', 'drain', 'maintenance', 'forced-up', 'forced-down');
}

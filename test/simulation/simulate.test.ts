import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { simulate } from '../../src/simulation/simulate.ts';
import { anyHappening, anySettings, recordOf } from './a-record.ts';

const anyHappenings = fc.array(anyHappening, { minLength: 3, maxLength: 25 });

let turns = 0;
afterAll(() => expect(turns, 'turns looked at').toBeGreaterThan(100));

it('finds the very turns and desired states that were, when nothing is changed, whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(anyHappenings, anySettings, async (happenings, parts) => {
      const [farm] = simulate(await recordOf(happenings, parts), (recorded) => recorded);
      turns += farm?.was.turns.length ?? 0;
      expect(farm?.would).toEqual(farm?.was);
    }),
    { numRuns: 60 },
  );
}, 60_000);

it('finds them by looking itself as well, when what is changed decides nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyHappenings, anySettings, async (happenings, parts) => {
      const record = await recordOf(happenings, { ...parts, flapping: undefined });
      // Nothing ever scores that high.
      const [farm] = simulate(record, (recorded) => ({ ...recorded, flapping: { high: 100, low: 100 } }));
      expect(farm?.would).toEqual(farm?.was);
    }),
    { numRuns: 60 },
  );
}, 60_000);

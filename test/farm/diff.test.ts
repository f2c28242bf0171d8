import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffFarms, diffPlans } from '../../src/farm/diff.ts';
import type { PlannedCheck } from '../../src/farm/plan.ts';

/** `a1 b2`: checks a and b, of definitions 1 and 2. */
const plans = (text: string) =>
  text.split(' ').flatMap((word) => (word ? [{ id: word[0], definition: word[1] } as PlannedCheck] : []));

it.each([
  ['', 'a1', ' / / a / '],
  ['a1', '', ' / / / a'],
  ['a1 b1', 'b1 a1', 'ba / / / '],
  ['a1 b1 c1', 'a1 b2 d1', 'a / b / d / c'],
])('from "%s" to "%s": kept, changed, added, removed are %s', (before, after, expected) => {
  const { kept, changed, added, removed } = diffPlans(plans(before), plans(after));
  expect([kept, changed, added, removed].map((ids) => ids.join('')).join('/')).toBe(expected.replaceAll(' ', ''));
});

it('names every check once', () => {
  const anyPlans = fc.uniqueArray(fc.record({ id: fc.nat(9).map(String), definition: fc.constantFrom('1', '2') }), {
    selector: ({ id }) => id,
  }) as fc.Arbitrary<PlannedCheck[]>;
  fc.assert(
    fc.property(anyPlans, anyPlans, (before, after) => {
      const { kept, changed, added, removed } = diffPlans(before, after);
      const ids = [...kept, ...changed, ...added, ...removed];
      expect(ids.toSorted()).toEqual([...new Set([...before, ...after].map(({ id }) => id))].sort());
      expect([...kept, ...changed, ...added].sort()).toEqual(after.map(({ id }) => id).sort());
    }),
  );
});

it('compares farm by farm, in the order of the configs', () => {
  const same = plans('a1 b1');
  const before = new Map([
    ['one', same],
    ['two', plans('c1 d1 e1')],
    ['gone', plans('x1')],
  ]);
  const after = new Map([
    ['new', plans('y1')],
    ['two', plans('d2 c1')],
    ['one', same],
  ]);
  expect(diffFarms(before, after)).toEqual({
    kept: ['c', 'a', 'b'],
    changed: ['d'],
    added: ['y'],
    removed: ['e', 'x'],
  });
});

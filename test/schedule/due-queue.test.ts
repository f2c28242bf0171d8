import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Due, DueQueue } from '../../src/schedule/due-queue.ts';

it('gives what is due in order, whatever was put in, moved and taken out', () => {
  const anyStep = fc.record({
    what: fc.constantFrom('set', 'set', 'set', 'delete'),
    which: fc.nat(19),
    due: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
      const entries: Due[] = Array.from({ length: 20 }, () => ({ due: 0, place: -1 }));
      const queue = new DueQueue<Due>();
      const expected = new Set<Due>();
      for (const { what, which, due } of steps) {
        const entry = entries[which] as Due;
        if (what === 'delete') {
          queue.delete(entry);
          expected.delete(entry);
        } else {
          entry.due = due;
          queue.set(entry);
          expected.add(entry);
        }
        expect(queue.first?.due).toBe(expected.size ? Math.min(...[...expected].map((each) => each.due)) : undefined);
      }
      const order: number[] = [];
      for (let { first } = queue; first; { first } = queue) {
        order.push(first.due);
        queue.delete(first);
        expect(first.place).toBe(-1);
      }
      expect(order).toEqual([...expected].map(({ due }) => due).sort((a, b) => a - b));
    }),
  );
});

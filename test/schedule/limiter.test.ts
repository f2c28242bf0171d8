import { expect, it } from 'vitest';
import { Limiter } from '../../src/schedule/limiter.ts';

it('runs no more tasks at once than it is wide, in the order they came, and survives one that fails', async () => {
  const limiter = new Limiter(2);
  const order: number[] = [];
  let running = 0;
  const tasks = [0, 1, 2, 3, 4].map((n) =>
    limiter.run(async () => {
      expect(++running).toBeLessThanOrEqual(2);
      order.push(n);
      await Promise.resolve();
      running--;
      if (n === 1) throw new Error('one fails');
      return n;
    }),
  );
  const ended = await Promise.allSettled(tasks);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(limiter.waiting).toBe(0);
});

import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { LoopWatch } from '../../src/schedule/loop-watch.ts';

it('finds nothing while the loop turns, and leaves no timer', async () => {
  const clock = new ManualClock();
  const loop = new LoopWatch(clock);
  const first = loop.open();
  await clock.advance(1_000);
  const second = loop.open();
  await clock.advance(1_000);
  expect([first.end(), second.end()]).toEqual([0, 0]);
  expect(clock.timers).toBe(0);
});

it('charges the time that the loop stood still to whoever ran then, and to nobody else', async () => {
  const loop = new LoopWatch(systemClock);
  const before = loop.open();
  expect(before.end()).toBeLessThan(50);
  const during = loop.open();
  const until = systemClock.now() + 300;
  while (systemClock.now() < until);
  const after = loop.open();
  expect(after.end()).toBeLessThan(50);
  const lateMs = during.end();
  expect(lateMs).toBeGreaterThanOrEqual(249);
  expect(lateMs).toBeLessThan(2_000);
});

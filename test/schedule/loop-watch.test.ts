import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { LoopWatch } from '../../src/schedule/loop-watch.ts';
import { SuspendedClock } from './suspended-clock.ts';

it('finds nothing while the loop turns, and leaves no timer', async () => {
  const clock = new ManualClock();
  const loop = new LoopWatch(clock);
  const first = loop.open();
  await clock.advance(1_000);
  const second = loop.open();
  await clock.advance(1_000);
  expect([loop.close(first), loop.close(second)]).toEqual([0, 0]);
  expect(clock.timers).toBe(0);
});

it('charges the time that the loop stood still to whoever ran then, and to nobody else', async () => {
  const loop = new LoopWatch(systemClock);
  const before = loop.open();
  expect(loop.close(before)).toBeLessThan(50);
  const during = loop.open();
  const until = systemClock.now() + 300;
  while (systemClock.now() < until);
  const after = loop.open();
  expect(loop.close(after)).toBeLessThan(50);
  const lateMs = loop.close(during);
  expect(lateMs).toBeGreaterThanOrEqual(249);
  expect(lateMs).toBeLessThan(2_000);
});

it('remembers the worst of several delays for whoever saw it, and forgets all once nobody runs', async () => {
  const clock = new SuspendedClock();
  const loop = new LoopWatch(clock);
  const first = loop.open();
  clock.compute(700);
  await clock.advance(60);
  const second = loop.open();
  clock.compute(200);
  await clock.advance(100);
  const third = loop.open();
  clock.compute(30);
  await clock.advance(100);
  expect([first, second, third].map((span) => loop.close(span))).toEqual([700, 200, 30]);
  const fourth = loop.open();
  await clock.advance(200);
  expect(loop.close(fourth)).toBe(0);
  expect(clock.timers).toBe(0);
});

it('charges nobody for more than the time that it ran', async () => {
  const clock = new SuspendedClock();
  const loop = new LoopWatch(clock);
  const before = loop.open();
  clock.compute(700);
  const after = loop.open();
  await clock.advance(60);
  expect([loop.close(before), loop.close(after)]).toEqual([700, 50]);
});

import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { type ScheduledTask, Scheduler } from '../../src/schedule/scheduler.ts';

/** A task that notes when it starts and takes `runMs`. */
const recorder = (
  clock: ManualClock,
  id: string,
  intervalMs: number | (() => number),
  runMs = 0,
  starts: number[] = [],
) => {
  let running = 0;
  const task: ScheduledTask = {
    id,
    intervalMs: typeof intervalMs === 'number' ? () => intervalMs : intervalMs,
    run: async (signal) => {
      expect(running++).toBe(0);
      starts.push(clock.now());
      if (runMs)
        await new Promise<void>((resolve) => {
          clock.setTimer(resolve, runMs);
          signal.onabort = () => resolve();
        });
      running--;
    },
  };
  return { task, starts };
};

const gaps = (starts: readonly number[]) => starts.slice(1).map((s, i) => Math.round(s - (starts[i] ?? 0)));

it('starts at a fixed rate, within one interval, without drift', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock);
  const { task, starts } = recorder(clock, 'farm/b1', 1_000, 300);
  scheduler.add(task);
  await clock.advance(1_000_000);
  expect(starts[0]).toBeLessThan(1_000);
  expect(starts).toHaveLength(1_000);
  expect(new Set(gaps(starts))).toEqual(new Set([1_000]));
});

it('keeps the phase over a restart', async () => {
  const phases = [];
  for (const epoch of [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 123_457]) {
    const clock = new ManualClock(epoch);
    await using scheduler = new Scheduler(clock);
    const { task, starts } = recorder(clock, 'farm/b1', 5_000);
    scheduler.add(task);
    await clock.advance(5_000);
    phases.push(Math.round((epoch + (starts[0] ?? Number.NaN)) % 5_000));
  }
  expect(phases[1]).toBe(phases[0]);
});

it('never overlaps a task with itself: it skips what comes due meanwhile, counts it, and stays on its grid', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock);
  const { task, starts } = recorder(clock, 'farm/slow', 1_000, 2_500);
  scheduler.add(task);
  await clock.advance(12_000);
  await clock.advance(3_000 - ((clock.now() - (starts[0] ?? 0)) % 3_000) - 1); // up to just before a start
  expect(new Set(gaps(starts))).toEqual(new Set([3_000]));
  expect(scheduler.stats.missed).toBe(starts.length * 2);
});

it('asks for the interval after each run, and a changed one takes effect at once, at least half of it away', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock);
  const starts: number[] = [];
  const { task } = recorder(clock, 'farm/b1', () => (starts.length < 2 ? 10_000 : 1_000), 0, starts);
  scheduler.add(task);
  await clock.advance(30_000);
  expect(starts.length).toBeGreaterThan(10);
  const [first = 0, ...fast] = gaps(starts);
  expect(first).toBe(10_000);
  expect(fast[0]).toBeGreaterThanOrEqual(500);
  expect(new Set(fast.slice(1))).toEqual(new Set([1_000]));
});

it('rechecks now, and once more when asked during a run, without moving the grid', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock);
  const { task, starts } = recorder(clock, 'farm/b1', 10_000, 100);
  scheduler.add(task);
  scheduler.recheck('farm/b1');
  scheduler.recheck('farm/b1');
  scheduler.recheck('farm/b1');
  expect(starts).toEqual([0]);
  await clock.advance(30_000);
  expect(starts.slice(0, 2)).toEqual([0, 100]);
  expect(new Set(gaps(starts.slice(2)))).toEqual(new Set([10_000]));
});

it('cancels the run of a removed task, waits for its end, and leaves no timer', async () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const { task, starts } = recorder(clock, 'farm/b1', 1_000, 1e9);
  scheduler.add(task);
  await clock.advance(1_000);
  await scheduler.remove('farm/b1');
  const before = clock.timers;
  await clock.advance(10_000);
  expect(starts).toHaveLength(1);
  expect(before).toBe(1); // the task's own pending timer of this test
});

it('refuses two tasks of one name', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock);
  scheduler.add(recorder(clock, 'twin', 1_000).task);
  expect(() => scheduler.add(recorder(clock, 'twin', 1_000).task)).toThrow('task twin is scheduled already');
});

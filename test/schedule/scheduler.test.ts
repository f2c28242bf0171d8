import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { type ScheduledTask, Scheduler } from '../../src/schedule/scheduler.ts';
import { SuspendedClock } from './suspended-clock.ts';

const wide = { total: 1_000, perGroup: 1_000 };

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
    group: id.replace(/\d/g, ''),
    intervalMs: typeof intervalMs === 'number' ? () => intervalMs : intervalMs,
    run: async (signal) => {
      expect(running++).toBe(0);
      starts.push(clock.now());
      if (runMs)
        await new Promise<void>((resolve) => {
          clock.setTimer(resolve, runMs);
          signal.addEventListener('abort', resolve);
        });
      running--;
    },
  };
  return { task, starts };
};

/** A machine whose wall clock is set now and then. */
class JumpingClock extends ManualClock {
  jumpMs = 0;

  override wallTime(): number {
    return super.wallTime() + this.jumpMs;
  }
}

const gaps = (starts: readonly number[]) => starts.slice(1).map((s, i) => Math.round(s - (starts[i] ?? 0)));

it('starts at a fixed rate, within one interval, without drift', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock, wide);
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
    await using scheduler = new Scheduler(clock, wide);
    const { task, starts } = recorder(clock, 'farm/b1', 5_000);
    scheduler.add(task);
    await clock.advance(5_000);
    phases.push(Math.round((epoch + (starts[0] ?? Number.NaN)) % 5_000));
  }
  expect(phases[1]).toBe(phases[0]);
});

it('never overlaps a task with itself: it skips what comes due meanwhile, counts it, and stays on its grid', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock, wide);
  const { task, starts } = recorder(clock, 'farm/slow', 1_000, 2_500);
  scheduler.add(task);
  await clock.advance(12_000);
  await clock.advance(3_000 - ((clock.now() - (starts[0] ?? 0)) % 3_000) - 1); // up to just before a start
  expect(new Set(gaps(starts))).toEqual(new Set([3_000]));
  expect(scheduler.stats.missed).toBe(starts.length * 2);
});

it('asks for the interval after each run, and a changed one takes effect at once, at least half of it away', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock, wide);
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
  await using scheduler = new Scheduler(clock, wide);
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
  const scheduler = new Scheduler(clock, wide);
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
  await using scheduler = new Scheduler(clock, wide);
  scheduler.add(recorder(clock, 'twin', 1_000).task);
  expect(() => scheduler.add(recorder(clock, 'twin', 1_000).task)).toThrow('task twin is scheduled already');
});

it('serves ten thousand tasks with one timer, each on its own grid', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock, wide);
  const starts = Array.from({ length: 10_000 }, (_, i) => {
    const { task, starts } = recorder(clock, `farm/b${i}`, 1_000);
    scheduler.add(task);
    return starts;
  });
  expect(clock.timers).toBe(1);
  // Turns are 5 ms apart: what comes due between two of them is started in the second.
  await clock.advance(1_005);
  expect(new Set(starts.flat()).size).toBeLessThanOrEqual(1_005 / 5);
  expect(scheduler.stats.lateness.maxMs).toBeLessThanOrEqual(5);
  expect(starts.filter(({ length }) => length >= 1)).toHaveLength(10_000);
  expect(scheduler.stats).toMatchObject({ tasks: 10_000, missed: 0, running: 0 });
});

it('lets answers in every 3 ms while it works off what is due, and goes on at once', async () => {
  const clock = new SuspendedClock();
  await using scheduler = new Scheduler(clock, wide);
  const starts: number[] = [];
  let turn: number[] = [];
  const turns = [turn];
  for (let i = 0; i < 50; i++)
    scheduler.add({
      id: `farm/b${i}`,
      group: 'farm',
      intervalMs: () => 60_000,
      run: async () => {
        starts.push(clock.now());
        turn.push(i);
        clock.compute(1);
        // Not before the turn is over.
        await undefined;
        turn = [];
        turns.push(turn);
      },
    });
  await clock.suspend(50_000);
  await clock.advance(3_000);
  const [first = 0] = starts;
  const burst = starts.filter((at) => at < first + 100);
  expect(burst.length).toBeGreaterThan(30);
  expect(Math.max(...turns.map(({ length }) => length))).toBeLessThanOrEqual(3);
  expect((burst.at(-1) ?? 0) - first).toBeLessThan(burst.length + 2);
});

it('lets no more run at once than there is room, in total and for one group, and keeps nobody else waiting', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock, { total: 3, perGroup: 2 });
  const tasks = ['slow1', 'slow2', 'slow3', 'slow4', 'other1', 'other2'].map((id) => recorder(clock, id, 10_000, 100));
  for (const { task } of tasks) scheduler.add(task);
  for (const { task } of tasks) scheduler.recheck(task.id);
  expect(tasks.map(({ starts }) => starts.length)).toEqual([1, 1, 0, 0, 1, 0]);
  expect(scheduler.stats).toMatchObject({ running: 3, waiting: 3 });
  await clock.advance(100);
  expect(tasks.map(({ starts }) => starts.length)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(scheduler.stats).toMatchObject({ running: 3, waiting: 0, lateness: { maxMs: 100 } });
  await clock.advance(100);
  expect(scheduler.stats.running).toBe(0);
});

it('starts no waiting task that was removed, and gives its room to others', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock, { total: 1, perGroup: 1 });
  const [first, second, third] = ['a1', 'a2', 'b1'].map((id) => recorder(clock, id, 10_000, 100));
  for (const each of [first, second, third]) if (each) scheduler.add(each.task);
  for (const id of ['a1', 'a2', 'b1']) scheduler.recheck(id);
  await scheduler.remove('a2');
  scheduler.limit({ total: 2, perGroup: 1 });
  await clock.advance(1_000);
  expect([first, second, third].map((each) => each?.starts.length)).toEqual([1, 0, 1]);
});

it('does not make up for what it missed while the process was suspended: everything waits for its own place', async () => {
  const clock = new SuspendedClock();
  await using scheduler = new Scheduler(clock, wide);
  const tasks = Array.from({ length: 100 }, (_, i) => recorder(clock, `farm/b${i}`, 1_000));
  for (const { task } of tasks) scheduler.add(task);
  await clock.advance(2_000);
  await clock.suspend(5_000);
  const resumed = clock.now();
  await clock.advance(1_000);
  const after = tasks.map(({ starts }) => starts.filter((at) => at >= resumed));
  expect(after.filter(({ length }) => length === 1)).toHaveLength(100);
  const firstTenth = after.flat().filter((at) => at < resumed + 100);
  expect(firstTenth.length).toBeLessThan(40);
  expect(scheduler.stats.missed).toBeGreaterThanOrEqual(400);
});

it('keeps its grid when the wall clock jumps', async () => {
  const clock = new JumpingClock();
  await using scheduler = new Scheduler(clock, wide);
  const { task, starts } = recorder(clock, 'farm/b1', 1_000);
  scheduler.add(task);
  for (const jumpMs of [3_600_000, -7_200_000, 86_400_000, -123]) {
    clock.jumpMs += jumpMs;
    await clock.advance(2_500);
  }
  expect(starts).toHaveLength(10);
  expect(new Set(gaps(starts))).toEqual(new Set([1_000]));
});

it('asks for the interval at once when told that it changed', async () => {
  const clock = new ManualClock();
  await using scheduler = new Scheduler(clock, wide);
  let intervalMs = 3_600_000;
  const { task, starts } = recorder(clock, 'farm/b1', () => intervalMs);
  scheduler.add(task);
  intervalMs = 1_000;
  scheduler.retime('farm/b1');
  await clock.advance(10_000);
  expect(starts).toHaveLength(10);
});

import { expect, it } from 'vitest';
import { Stopwatch } from '../../src/checker/index.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';

it('adds steps of the same name up in performance data, in the order of their first', async () => {
  const clock = new ManualClock();
  const watch = new Stopwatch(clock, 'connect');
  await clock.advance(10);
  for (const stage of ['data', 'transfer', 'data', 'transfer']) {
    watch.enter(stage);
    await clock.advance(100);
  }
  expect(watch.steps().map(({ name }) => name)).toEqual(['connect', 'data', 'transfer', 'data', 'transfer']);
  expect(watch.metrics()).toEqual([
    { label: 'connect', value: 0.01, unit: 's' },
    { label: 'data', value: 0.2, unit: 's' },
    { label: 'transfer', value: 0.2, unit: 's' },
  ]);
});

it('does not count time that was rested', async () => {
  const clock = new ManualClock();
  const watch = new Stopwatch(clock, 'idle');
  await clock.advance(1_000);
  watch.restedMs += 900;
  expect(watch.elapsedMs).toBe(100);
});

it('tells of each stage as it is entered', () => {
  const entered: string[] = [];
  const watch = new Stopwatch(new ManualClock(), 'connect', (stage) => entered.push(stage));
  watch.enter('login');
  expect(entered).toEqual(['connect', 'login']);
});

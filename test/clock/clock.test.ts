import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wait } from '../../src/clock/clock.ts';
import { formatAge, formatDuration, formatSpan, parseDuration } from '../../src/clock/duration.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';

it.each([
  ['250ms', 250],
  ['5s', 5_000],
  ['1.5s', 1_500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each(['', '5', 's', '5 s', '-5s', '5sec', '1h30m', '1e3s', 'Infinitys', '٥s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

it('writes a duration that parses to the same length', () => {
  fc.assert(
    fc.property(fc.nat(1e9), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 6);
    }),
  );
});

it.each([
  [-5, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [7_199_000, '1h'],
  [9 * 86_400_000, '9d'],
])('an age of %d ms reads %s', (ms, expected) => {
  expect(formatAge(ms)).toBe(expected);
});

it('fires manual timers in the order they are due, then in that of their creation', async () => {
  const clock = new ManualClock();
  const fired: string[] = [];
  clock.setTimer(() => fired.push('late'), 20);
  clock.setTimer(() => fired.push('first'), 10);
  clock.setTimer(() => fired.push('second'), 10);
  clock.setTimer(() => fired.push('cancelled'), 10).cancel();
  await clock.advance(10);
  expect(fired).toEqual(['first', 'second']);
  await clock.advance(10);
  expect([...fired.slice(2), clock.now()]).toEqual(['late', 20]);
});

it('ends a wait when it is aborted, and takes its timer along', async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const waiting = wait(clock, 1_000, stop.signal);
  stop.abort();
  await waiting;
  await wait(clock, 1_000, stop.signal);
  expect(clock.timers).toBe(0);
});

it('does not fire at once when a wait is longer than a 32-bit timer', async () => {
  let fired = false;
  const timer = systemClock.setTimer(() => {
    fired = true;
  }, 2 ** 40);
  await new Promise((resolve) => systemClock.setTimer(() => resolve(undefined), 5));
  timer.cancel();
  expect(fired).toBe(false);
});

it.each([
  [0, '0ms'],
  [340.4, '340ms'],
  [999.6, '1s'],
  [2_140, '2.1s'],
  [59_949, '59.9s'],
  [59_960, '1m'],
  [125_345, '2m 5s'],
  [3_599_700, '1h'],
  [11_520_000, '3h 12m'],
  [86_390_000, '1d'],
  [183_600_000, '2d 3h'],
])('says %d ms for people as %s', (ms, expected) => {
  expect(formatSpan(ms)).toBe(expected);
});

import { expect, it } from 'vitest';
import { Lateness } from '../../src/schedule/lateness.ts';

it('knows nothing before the first start', () => {
  const lateness = new Lateness();
  expect(lateness.latestMs).toBe(0);
  expect(lateness.stats).toMatchObject({ count: 0, sumMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
});

it('gives percentiles of the latest starts, and a histogram of all', () => {
  const lateness = new Lateness();
  for (let i = 0; i < 5_000; i++) lateness.take(60_000);
  for (let ms = 1; ms <= 4_096; ms++) lateness.take(ms / 100);
  expect(lateness.latestMs).toBe(40.96);
  const { count, sumMs, p50Ms, p99Ms, maxMs, buckets } = lateness.stats;
  expect({ count, p50Ms, p99Ms, maxMs }).toEqual({ count: 9_096, p50Ms: 20.48, p99Ms: 40.56, maxMs: 40.96 });
  expect(sumMs).toBeCloseTo(300_000_000 + (4_096 * 4_097) / 200, 3);
  expect(buckets.map(({ leMs, count }) => `${leMs} ${count}`).slice(0, 6)).toEqual([
    '1 100',
    '2 200',
    '5 500',
    '10 1000',
    '20 2000',
    '50 4096',
  ]);
  expect(buckets.at(-1)).toEqual({ leMs: 10_000, count: 4_096 });
});

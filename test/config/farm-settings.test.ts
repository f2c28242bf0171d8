import { describe, expect, it } from 'vitest';
import { farmWith } from './a-farm-config.ts';

describe('the rhythm of a farm', () => {
  it.each([
    ['interval: 500ms', { intervalMs: 500, fastIntervalMs: 500, downIntervalMs: 500, timeoutMs: 3_000 }],
    ['interval: 1m', { intervalMs: 60_000, fastIntervalMs: 1_000, downIntervalMs: 60_000, timeoutMs: 3_000 }],
    ['timeout: 1m', { intervalMs: 5_000, fastIntervalMs: 1_000, downIntervalMs: 5_000, timeoutMs: 60_000 }],
    ['fastInterval: 9s', { intervalMs: 5_000, fastIntervalMs: 9_000, downIntervalMs: 5_000, timeoutMs: 3_000 }],
    ['downInterval: 1h', { intervalMs: 5_000, fastIntervalMs: 1_000, downIntervalMs: 3_600_000, timeoutMs: 3_000 }],
  ])('follows from %s', (line, rhythm) => {
    expect(farmWith(line).rhythm).toEqual(rhythm);
  });

  it.each(['0s', '5', '"never"', 'false'])('reads hooks back never with off, not with %s', (value) => {
    expect(farmWith('resync: off').resyncMs).toBeUndefined();
    expect(() => farmWith(`resync: ${value}`)).toThrow('must be a duration such as 15s or 1m, or off');
  });
});

describe('a guard', () => {
  it.each([
    ['0', { count: 0 }],
    ['1', { count: 1 }],
    ['50%', { percent: 50 }],
    ['33.3%', { percent: 33.3 }],
    ['100%', { percent: 100 }],
  ])('keeps in %s', (text, minUp) => {
    expect(farmWith(`guard: { minUp: ${text}, whenAllFail: down }`).guard).toEqual({ minUp, whenAllFail: 'down' });
  });

  it.each([
    ['{}', 'down'],
    ['{ minUp: 0 }', 'down'],
    ['{ minUp: 0% }', 'down'],
    ['{ minUp: 1 }', 'hold'],
    ['{ minUp: 50% }', 'hold'],
  ])('%s, when all fail, means %s', (guard, whenAllFail) => {
    expect(farmWith(`guard: ${guard}`).guard.whenAllFail).toBe(whenAllFail);
  });
});

describe('how a farm takes results', () => {
  it.each([
    [[], { high: 30, low: 25 }],
    [['flapping: off'], undefined],
    [['flapping: { low: 10 }'], { high: 30, low: 10 }],
    [['flapping: { high: 20 }'], { high: 20, low: 20 }],
  ])('%j makes it flap by %j', (lines, flapping) => {
    expect(farmWith(...lines).flapping).toEqual(flapping);
  });
});

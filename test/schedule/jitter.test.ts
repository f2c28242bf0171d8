import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inTurnOrder, nextSlot, phaseOf } from '../../src/schedule/jitter.ts';

it('spreads ten thousand backends evenly over their interval', () => {
  const perTenth = Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const tenth = Math.floor(phaseOf(`ftp/b${i}`) * 10);
    perTenth[tenth] = (perTenth[tenth] ?? 0) + 1;
  }
  for (const n of perTenth) expect(Math.abs(n - 1_000)).toBeLessThan(150);
});

it('gives an id the same phase for ever', () => {
  expect(phaseOf('ftp/b1')).toBe(phaseOf('ftp/b1'));
  expect(phaseOf('ftp/b1')).not.toBe(phaseOf('ftp/b2'));
});

it('puts things in the order of their turns', () => {
  const ids = Array.from({ length: 100 }, (_, i) => `ftp/b${i}`);
  const phases = inTurnOrder(ids, (id) => id).map(phaseOf);
  expect(phases).toEqual(ids.map(phaseOf).toSorted((a, b) => a - b));
});

it('finds the first point of the grid that is not before the given time', () => {
  fc.assert(
    fc.property(fc.nat(1e9), fc.integer({ min: 1, max: 1e6 }), fc.nat(999), (from, intervalMs, permille) => {
      const slot = nextSlot(from, intervalMs, permille / 1_000);
      expect(slot).toBeGreaterThanOrEqual(from - 1e-3);
      expect(slot).toBeLessThan(from + intervalMs + 1e-3);
      expect(nextSlot(slot + intervalMs / 2, intervalMs, permille / 1_000)).toBeCloseTo(slot + intervalMs, 3);
    }),
  );
});

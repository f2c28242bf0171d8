import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wait } from '../../src/clock/clock.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { backoffMs } from '../../src/hook/backoff.ts';
import type { BackendChange, HookDriver } from '../../src/hook/hook.ts';
import { type DeliveryAttempt, Reconciler } from '../../src/hook/reconcile.ts';
import { aChange } from './a-change.ts';

/** A balancer that notes what it is told, fails as often as asked, and takes as long as asked. */
const balancer = (clock: ManualClock, { failures = 0, takesMs = 0 } = {}) => {
  const told: string[] = [];
  const attempts: DeliveryAttempt[] = [];
  const busy = new Set<string>();
  let left = failures;
  const driver: HookDriver = {
    name: 'test',
    apply: async ([change], signal) => {
      const { backend, state, sequence } = change as BackendChange;
      expect(busy.has(backend), 'two at once for one backend').toBe(false);
      busy.add(backend);
      await wait(clock, takesMs, signal);
      busy.delete(backend);
      if (signal.aborted) throw new Error('cancelled');
      if (left-- > 0) throw new Error('balancer is busy');
      told.push(`${backend} ${state} ${sequence}`);
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const reconciler = new Reconciler({ driver, clock, onAttempt: (attempt) => attempts.push(attempt) });
  return { reconciler, told, attempts };
};

it('delivers once', async () => {
  const clock = new ManualClock();
  const { reconciler, told, attempts } = balancer(clock);
  reconciler.want(aChange());
  expect(reconciler.pendingFor('b1')).toMatchObject({ change: aChange(), attempts: 1, lastError: undefined });
  await clock.advance(60_000);
  expect(told).toEqual(['b1 down 7']);
  expect(attempts).toEqual([{ change: aChange(), attempt: 1, durationMs: 0 }]);
  expect(reconciler.pendingFor('b1')).toBeUndefined();
});

it('retries with growing pauses until it is delivered', async () => {
  const clock = new ManualClock();
  const { reconciler, told, attempts } = balancer(clock, { failures: 3 });
  reconciler.want(aChange());
  await clock.advance(1);
  expect(reconciler.pendingFor('b1')).toMatchObject({ attempts: 1, lastError: 'balancer is busy' });
  await clock.advance(60_000);
  expect(told).toEqual(['b1 down 7']);
  expect(attempts.map(({ retryInMs }) => retryInMs)).toEqual([450, 900, 1_800, undefined]);
});

it('gives a change up for a newer one, without waiting for the pause to end', async () => {
  const clock = new ManualClock();
  const { reconciler, told } = balancer(clock, { failures: 6 });
  reconciler.want(aChange({ sequence: 1 }));
  await clock.advance(20_000);
  expect(told).toEqual([]);
  reconciler.want(aChange({ sequence: 2, state: 'up' }));
  await clock.advance(1);
  expect(told).toEqual(['b1 up 2']);
});

it('coalesces what changed while a delivery was under way to the newest', async () => {
  const clock = new ManualClock();
  const { reconciler, told } = balancer(clock, { takesMs: 1_000 });
  reconciler.want(aChange({ sequence: 1, state: 'down' }));
  await clock.advance(10);
  reconciler.want(aChange({ sequence: 2, state: 'up' }));
  reconciler.want(aChange({ sequence: 3, state: 'down' }));
  await clock.advance(10_000);
  expect(told).toEqual(['b1 down 1', 'b1 down 3']);
});

it('does not let one backend wait for another', async () => {
  const clock = new ManualClock();
  const { reconciler, told } = balancer(clock, { failures: 1 });
  reconciler.want(aChange({ backend: 'b1' }));
  reconciler.want(aChange({ backend: 'b2' }));
  await clock.advance(1);
  expect(told).toEqual(['b2 down 7']);
});

it('stops without a result, and takes nothing more', async () => {
  const clock = new ManualClock();
  const { reconciler, told, attempts } = balancer(clock, { takesMs: 1_000 });
  reconciler.want(aChange());
  await clock.advance(10);
  await reconciler[Symbol.asyncDispose]();
  reconciler.want(aChange({ sequence: 8 }));
  await clock.advance(60_000);
  expect({ told, attempts, timers: clock.timers }).toEqual({ told: [], attempts: [], timers: 0 });
});

it('ends with the newest change of each backend, in order, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ backend: fc.constantFrom('a', 'b'), pauseMs: fc.nat(2_000) }), { maxLength: 12 }),
      fc.nat(10),
      async (wants, failures) => {
        const clock = new ManualClock();
        const { reconciler, told } = balancer(clock, { failures, takesMs: 300 });
        const newest = new Map<string, number>();
        for (const [sequence, { backend, pauseMs }] of wants.entries()) {
          newest.set(backend, sequence);
          reconciler.want(aChange({ backend, sequence }));
          await clock.advance(pauseMs);
        }
        await clock.advance(600_000);
        for (const [backend, sequence] of newest) {
          const sequences = told.filter((line) => line.startsWith(backend)).map((line) => Number(line.split(' ')[2]));
          expect(sequences.at(-1)).toBe(sequence);
          expect(sequences).toEqual(sequences.toSorted((x, y) => x - y));
        }
      },
    ),
    { numRuns: 30 },
  );
});

it('waits from 0.5 s to 30 s', () => {
  expect([1, 2, 3, 7, 8, 1_000].map((n) => backoffMs(n, 0))).toEqual([500, 1_000, 2_000, 30_000, 30_000, 30_000]);
  expect(backoffMs(1, 0.999)).toBeGreaterThan(399);
});

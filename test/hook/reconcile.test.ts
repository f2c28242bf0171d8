import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from '../../src/hook/backoff.ts';
import { RetryLater } from '../../src/hook/hook.ts';
import { Balancer } from './a-balancer.ts';
import { aChange } from './a-change.ts';

const busy = () => new Error('balancer is busy');
const times = (n: number) => Array.from({ length: n }, busy);

it('delivers once', async () => {
  await using lab = new Balancer();
  lab.want('down', 7);
  expect(lab.reconciler.statusOf('b1')).toEqual({ outcome: 'pending', attempts: 1, error: null, shows: null });
  await lab.clock.advance(60_000);
  expect(lab.told).toEqual(['b1 down 7']);
  expect(lab.attempts).toMatchObject([{ change: { sequence: 7 }, attempt: 1, durationMs: 0, news: true }]);
  expect(lab.reconciler.statusOf('b1')).toEqual({ outcome: 'delivered', attempts: 0, error: null, shows: null });
});

it('retries with growing pauses until it is delivered', async () => {
  await using lab = new Balancer();
  lab.failures.push(...times(3));
  lab.want('down', 7);
  await lab.clock.advance(1);
  expect(lab.reconciler.statusOf('b1')).toMatchObject({ outcome: 'failing', attempts: 1, error: 'balancer is busy' });
  expect(lab.reconciler.pending).toBe(1);
  await lab.clock.advance(60_000);
  expect(lab.told).toEqual(['b1 down 7']);
  expect(lab.attempts.map(({ retryInMs }) => retryInMs)).toEqual([450, 900, 1_800, undefined]);
  expect(lab.reconciler.pending).toBe(0);
  expect(lab.reconciler.counts).toEqual({ delivered: 1, failed: 3, resynced: 0, drifted: 0, unread: 0 });
});

it('gives a change up for a newer one, without waiting for the pause to end', async () => {
  await using lab = new Balancer();
  lab.failures.push(...times(6));
  lab.want('down', 1);
  await lab.clock.advance(20_000);
  expect(lab.told).toEqual([]);
  lab.want('up', 2);
  await lab.clock.advance(1);
  expect(lab.told).toEqual(['b1 up 2']);
});

it('coalesces what changed while a delivery was under way to the newest', async () => {
  await using lab = new Balancer({ takesMs: 1_000 });
  lab.want('down', 1);
  await lab.clock.advance(10);
  lab.want('up', 2);
  lab.want('down', 3);
  await lab.clock.advance(10_000);
  expect(lab.told).toEqual(['b1 down 1', 'b1 down 3']);
});

it('does not let one backend wait for another', async () => {
  await using lab = new Balancer();
  lab.failures.push(busy());
  lab.want('down', 7, 'b1');
  lab.want('down', 7, 'b2');
  await lab.clock.advance(1);
  expect(lab.told).toEqual(['b2 down 7']);
});

it('forgets a backend, and does not let what was under way overlap with what comes when it is added again', async () => {
  await using lab = new Balancer({ takesMs: 1_000, resyncMs: 5_000 });
  lab.failures.push(busy());
  lab.want('down', 1, 'b1');
  lab.want('down', 2, 'b2');
  await lab.clock.advance(1_010);
  lab.reconciler.forget('b1');
  lab.reconciler.forget('b2');
  await lab.clock.advance(10_000);
  expect(lab.toldSince()).toEqual(['b2 down 2']);
  lab.want('up', 3, 'b1');
  await lab.clock.advance(10);
  lab.reconciler.forget('b1');
  lab.want('down', 4, 'b1');
  await lab.clock.advance(2_000);
  expect(lab.told).toEqual(['b1 up 3', 'b1 down 4']);
});

it('stops without a result, and takes nothing more', async () => {
  const lab = new Balancer({ takesMs: 1_000, resyncMs: 5_000 });
  lab.failures.push(busy());
  lab.want('down', 6, 'b2');
  await lab.clock.advance(1_010);
  lab.want('down', 7);
  await lab.clock.advance(10);
  await lab.reconciler[Symbol.asyncDispose]();
  lab.want('down', 8);
  await lab.clock.advance(60_000);
  expect(lab.told).toEqual([]);
  expect(lab.attempts.map(({ change }) => change.sequence)).toEqual([6]);
  expect(lab.clock.timers).toBe(0);
});

it('calls only that news which is not like what was told before', async () => {
  await using lab = new Balancer();
  lab.failures.push(...times(8), new Error('balancer is away'), ...times(2));
  lab.want('down', 7);
  await lab.clock.advance(600_000);
  expect(lab.attempts.filter(({ news }) => news).map(({ attempt }) => attempt)).toEqual([1, 2, 4, 8, 9, 10, 12]);
});

it('leaves a balancer in peace for as long as it asks for, newer changes or not', async () => {
  await using lab = new Balancer();
  lab.failures.push(new RetryLater('too many requests', 20_000));
  lab.want('down', 1);
  await lab.clock.advance(10_000);
  expect(lab.attempts[0]).toMatchObject({ error: 'too many requests', retryInMs: 20_000 });
  lab.want('up', 2);
  lab.want('down', 3, 'b2');
  await lab.clock.advance(9_990);
  expect(lab.told).toEqual([]);
  await lab.clock.advance(20);
  expect(lab.told).toEqual(['b1 up 2', 'b2 down 3']);
});

it('does not let a balancer silence it for good', async () => {
  await using lab = new Balancer();
  lab.failures.push(new RetryLater('come back next year', 365 * 86_400_000));
  lab.want('down', 1);
  await lab.clock.advance(3_600_001);
  expect(lab.told).toEqual(['b1 down 1']);
});

it('ends with the newest change of each backend, in order, whatever fails and however it is read and told', async () => {
  const wants = fc.array(
    fc.record({
      backend: fc.constantFrom('a', 'b', 'c'),
      state: fc.constantFrom('up', 'drain', 'down'),
      pauseMs: fc.nat(2_000),
      somebodyElse: fc.option(fc.constantFrom('a', 'b', 'c'), { freq: 5 }),
    }),
    { maxLength: 12 },
  );
  const traits = fc.record({
    readable: fc.boolean(),
    batch: fc.constantFrom(undefined, 2, 1_000),
    takesMs: fc.constantFrom(0, 300),
    resyncMs: fc.constantFrom(undefined, 1_000, 15_000),
  });
  await fc.assert(
    fc.asyncProperty(wants, fc.nat(10), traits, async (wants, failures, { batch, ...rest }) => {
      await using lab = new Balancer({ ...rest, ...(batch && { batch }) });
      lab.failures.push(...times(failures));
      const newest = new Map<string, string>();
      for (const [sequence, { backend, state, pauseMs, somebodyElse }] of wants.entries()) {
        newest.set(backend, state);
        lab.reconciler.want(aChange({ backend, sequence, state }));
        await lab.clock.advance(pauseMs);
        // A drift that only a resync of a readable balancer corrects; telling again corrects it, too.
        if (somebodyElse && rest.resyncMs) lab.states.delete(somebodyElse);
      }
      await lab.clock.advance(600_000);
      expect(Object.fromEntries(lab.states)).toEqual(Object.fromEntries(newest));
      for (const backend of newest.keys()) {
        const sequences = lab.told
          .flatMap((batch) => batch.split(', '))
          .filter((line) => line.startsWith(`${backend} `))
          .map((line) => Number(line.split(' ')[2]));
        expect(sequences).toEqual(sequences.toSorted((x, y) => x - y));
      }
      expect(lab.reconciler.pending).toBe(0);
    }),
    { numRuns: 60 },
  );
});

it('waits from 0.5 s to 30 s', () => {
  expect([1, 2, 3, 7, 8, 1_000].map((n) => backoffMs(n, 0))).toEqual([500, 1_000, 2_000, 30_000, 30_000, 30_000]);
  expect(backoffMs(1, 0.999)).toBeGreaterThan(399);
});

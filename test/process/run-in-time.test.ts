import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock/system-clock.ts';
import { runInTime } from '../../src/process/run-in-time.ts';

/** Runs a line of shell. */
const run = (line: string, timeoutMs = 10_000, signal = new AbortController().signal) =>
  runInTime('/bin/sh', ['-c', line], { environment: { PATH: '/usr/bin:/bin' }, clock: systemClock, timeoutMs, signal });

it.each([
  ['exit 3', 'exited', 3, 'exit 3'],
  ['echo one; echo two; echo; exit 1', 'exited', 1, 'exit 1: two'],
  ['head -c 100000 /dev/zero | tr "\\0" x; echo; echo last', 'exited', 0, 'exit 0: last'],
  ['echo so far; kill -9 $$', 'killed', undefined, 'killed by SIGKILL: so far'],
])('says how a program ended, and what it said last: %s', async (line, outcome, exitCode, summary) => {
  expect(await run(line)).toEqual({ outcome, exitCode, summary });
});

it('keeps no more of a line than its end', async () => {
  const { summary } = await run('head -c 100000 /dev/zero | tr "\\0" x; exit 1');
  expect(summary).toBe(`exit 1: ${'x'.repeat(2_048)}`);
});

it('ends a program that takes too long, and says so', async () => {
  expect(await run('sleep 60', 50)).toEqual({
    outcome: 'timeout',
    exitCode: undefined,
    summary: 'ended after 0.05 s without an exit',
  });
});

it('tells one that was cancelled from one that took too long', async () => {
  const cancelled = { outcome: 'cancelled', exitCode: undefined, summary: 'cancelled' };
  expect(await run('sleep 60', 10_000, AbortSignal.abort())).toEqual(cancelled);
});

it('says of a program that is not there that it cannot be run', async () => {
  const { signal } = new AbortController();
  expect(await runInTime('/no/such', [], { environment: {}, clock: systemClock, timeoutMs: 1_000, signal })).toEqual({
    outcome: 'not-started',
    exitCode: undefined,
    summary: 'cannot run /no/such: ENOENT',
  });
});

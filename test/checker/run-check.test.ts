import * as v from 'valibot';
import { expect, it } from 'vitest';
import { type CheckContext, defineChecker } from '../../src/checker/checker.ts';
import { type CheckResult, result } from '../../src/checker/result.ts';
import { type RunOptions, runCheck } from '../../src/checker/run-check.ts';
import { wait } from '../../src/clock/clock.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';

const ok = result({ status: 'OK', code: 'ok', summary: 'fine' });

const run = (
  clock: ManualClock,
  check: (context: CheckContext) => Promise<CheckResult>,
  options: Partial<RunOptions> = {},
) => {
  const checker = defineChecker({
    name: 'test',
    defaultPort: 1,
    options: v.strictObject({}),
    check: (_target, _options, context) => check(context),
  });
  const target = { host: 'backend', port: 1 };
  return runCheck({ checker, target, options: {} }, { timeoutMs: 3_000, clock, ...options });
};

/** Never ends, not even when it is told to. */
const deaf = () => new Promise<CheckResult>(() => {});

/** Ends when it is told to, as a checker should. */
const obedient = ({ signal }: CheckContext) =>
  new Promise<CheckResult>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

it('gives what the checker gives, and leaves no timer', async () => {
  const clock = new ManualClock();
  expect(await run(clock, async () => ok)).toBe(ok);
  expect(clock.timers).toBe(0);
});

it('tells the checker how long it has', async () => {
  await run(new ManualClock(), async ({ timeoutMs }) => {
    expect(timeoutMs).toBe(3_000);
    return ok;
  });
});

it('turns an exception into UNKNOWN internal: a bug of ours is no fault of the server', async () => {
  const outcome = await run(new ManualClock(), async () => {
    throw new TypeError('x is not a function');
  });
  expect(outcome).toMatchObject({
    status: 'UNKNOWN',
    code: 'internal',
    summary: 'internal error in checker test: TypeError: x is not a function',
  });
});

it('turns a checker that throws at once, without a promise, into the same', async () => {
  const outcome = await run(new ManualClock(), () => {
    throw new Error('sync');
  });
  expect(outcome).toMatchObject({ status: 'UNKNOWN', code: 'internal' });
});

it('is CRITICAL timeout at the deadline, in total time', async () => {
  const clock = new ManualClock();
  const outcome = run(clock, obedient);
  await clock.advance(2_999);
  expect(clock.timers).toBe(1);
  await clock.advance(1);
  expect(await outcome).toMatchObject({ status: 'CRITICAL', code: 'timeout', summary: 'no verdict within 3 s' });
  expect(clock.timers).toBe(0);
});

it('lets the checker name the stage that used the time up', async () => {
  const clock = new ManualClock();
  const named = result({ status: 'CRITICAL', code: 'connect-timeout', summary: 'no connection within 3 s' });
  const outcome = run(clock, (context) => obedient(context).catch(() => named));
  await clock.advance(3_000);
  expect(await outcome).toBe(named);
});

it('waits for the end of a checker that has something to close', async () => {
  const clock = new ManualClock();
  let closed = false;
  const outcome = run(clock, async ({ signal }) => {
    await wait(clock, 60_000, signal);
    await wait(clock, 400);
    closed = true;
    throw signal.reason;
  });
  await clock.advance(3_399);
  expect(closed).toBe(false);
  await clock.advance(1);
  expect(await outcome).toMatchObject({ code: 'timeout' });
  expect(closed).toBe(true);
});

it('does not wait for ever for one that ignores its abort, and reports it until it ends', async () => {
  const clock = new ManualClock();
  const strays: Promise<void>[] = [];
  const outcome = run(clock, deaf, { onStray: (ended) => strays.push(ended) });
  await clock.advance(3_499);
  expect(strays).toHaveLength(0);
  await clock.advance(1);
  expect(await outcome).toMatchObject({ status: 'CRITICAL', code: 'timeout' });
  expect(strays).toHaveLength(1);
});

it('tells when a stray has ended after all', async () => {
  const clock = new ManualClock();
  let stray: Promise<void> | undefined;
  const late = async () => {
    await wait(clock, 10_000);
    return ok;
  };
  const outcome = run(clock, late, {
    onStray: (ended) => {
      stray = ended;
    },
  });
  await clock.advance(10_000);
  expect(await outcome).toMatchObject({ code: 'timeout' });
  await expect(stray).resolves.toBeUndefined();
});

it('gives no result when it is cancelled: before, or during the run', async () => {
  const clock = new ManualClock();
  expect(await run(clock, async () => ok, { signal: AbortSignal.abort() })).toBe('cancelled');
  const stop = new AbortController();
  const outcome = run(clock, obedient, { signal: stop.signal });
  await clock.advance(10);
  stop.abort();
  expect(await outcome).toBe('cancelled');
  expect(clock.timers).toBe(0);
});

it('gives no result when it is cancelled while the checker is deaf', async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const outcome = run(clock, deaf, { signal: stop.signal });
  stop.abort();
  await clock.advance(500);
  expect(await outcome).toBe('cancelled');
});

it('lets the deadline stand still while the checker rests', async () => {
  const clock = new ManualClock();
  const outcome = run(clock, async (context) => {
    await wait(clock, 1_000, context.signal);
    await context.rest(600_000, new AbortController().signal);
    return obedient(context);
  });
  await clock.advance(1_000 + 600_000 + 1_999);
  expect(clock.timers).toBe(1);
  await clock.advance(1);
  expect(await outcome).toMatchObject({ status: 'CRITICAL', code: 'timeout', summary: 'no verdict within 3 s' });
  expect(clock.timers).toBe(0);
});

it('goes on when what the checker rests for has ended, and when it is cancelled', async () => {
  const clock = new ManualClock();
  const ended = new AbortController();
  const rested = async ({ rest }: CheckContext) => {
    await rest(600_000, ended.signal);
    return ok;
  };
  const outcome = run(clock, rested);
  await clock.advance(5_000);
  ended.abort();
  expect(await outcome).toBe(ok);
  const stop = new AbortController();
  const cancelled = run(clock, ({ rest }) => rest(600_000, new AbortController().signal).then(() => ok), {
    signal: stop.signal,
  });
  stop.abort();
  expect(await cancelled).toBe('cancelled');
  expect(clock.timers).toBe(0);
});

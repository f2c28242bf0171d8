import * as v from 'valibot';
import { expect, it } from 'vitest';
import { type Checker, defineChecker } from '../../src/checker/checker.ts';
import { type CheckResult, result } from '../../src/checker/result.ts';
import type { Status } from '../../src/checker/status.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { PlannedCheck } from '../../src/farm/plan.ts';
import { CheckRuns } from '../../src/guardian/check-runs.ts';
import { silentLogger } from '../../src/log/logger.ts';

/** A check that keeps our own event loop busy for so long before it gives its verdict. */
const busyCheck = (busyMs: number, status: Status, timeoutMs: number): PlannedCheck => {
  const checker = defineChecker({
    name: 'busy',
    defaultPort: 1,
    options: v.strictObject({}),
    check: async () => {
      const until = systemClock.now() + busyMs;
      while (systemClock.now() < until);
      return result({ status, code: status === 'OK' ? 'ok' : 'reset', summary: 'as found' });
    },
  });
  const backend = { id: 'b1', host: 'b1', port: 1 };
  const rhythm = { intervalMs: 1_000, fastIntervalMs: 1_000, downIntervalMs: 1_000, timeoutMs };
  const check = { checker: checker as Checker, target: backend, options: {} };
  return { id: 'ftp/b1', farm: 'ftp', backend, check, rhythm, definition: 'd', run: 'r' };
};

it.each<[string, number, Status, number, Status]>([
  ['a failure while our own loop was late by more than half the timeout', 400, 'CRITICAL', 500, 'UNKNOWN'],
  ['slowness while our own loop was late', 400, 'WARNING', 500, 'UNKNOWN'],
  ['a pass, however late we were', 400, 'OK', 500, 'OK'],
  ['a failure while our own loop was late by less', 200, 'CRITICAL', 10_000, 'CRITICAL'],
])('judges %s', async (_name, busyMs, found, timeoutMs, expected) => {
  await using runs = new CheckRuns({ clock: systemClock, log: silentLogger });
  const { signal } = new AbortController();
  const outcome = (await runs.run(busyCheck(busyMs, found, timeoutMs), signal)) as CheckResult;
  expect(outcome.status).toBe(expected);
  if (found === expected) expect(outcome.summary).toBe('as found');
  else
    expect(outcome).toMatchObject({
      code: 'local-fault',
      summary: expect.stringMatching(/^the guardian itself was 0\.\d s late: as found$/),
    });
});

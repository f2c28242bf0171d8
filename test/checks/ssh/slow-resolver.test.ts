import dns from 'node:dns';
import { afterEach, expect, it, vi } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';

afterEach(() => vi.restoreAllMocks());

it('blames the resolver, not the server, when a name takes all the time to resolve', async () => {
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation((() => {}) as never);
  const clock = new ManualClock();
  const check = { checker: ssh, target: { host: 'barn.example', port: 22 }, options: {} };
  const outcome = runCheck(check, { timeoutMs: 3_000, clock });
  await clock.advance(3_000);
  expect(lookup).toHaveBeenCalled();
  expect(await outcome).toMatchObject({ status: 'UNKNOWN', code: 'dns' });
});

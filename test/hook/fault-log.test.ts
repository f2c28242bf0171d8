import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { FaultLog } from '../../src/hook/fault-log.ts';
import { silentLogger } from '../../src/log/logger.ts';

const open = () => {
  const clock = new ManualClock();
  const said: string[] = [];
  const log = {
    ...silentLogger,
    warn: (_: object, message: string) => void said.push(message),
    info: (_: object, message: string) => void said.push(`info: ${message}`),
  };
  return { clock, said, faults: new FaultLog(clock, log) };
};

it('says a fault once, then after one, two, four minutes and so on up to an hour', async () => {
  const { clock, said, faults } = open();
  const saidAt: number[] = [];
  for (let second = 0; second < 5 * 3_600; second++) {
    const before = said.length;
    faults.failed('balancer is away', {});
    if (said.length > before) saidAt.push(second / 60);
    await clock.advance(1_000);
  }
  expect(saidAt).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  expect(said.slice(0, 2)).toEqual(['balancer is away', 'balancer is away (for 1m, 60 more since it was last said)']);
});

it('tells faults apart by their message, and says when all are over', async () => {
  const { clock, said, faults } = open();
  faults.healed({}, 'everything is delivered');
  for (const message of ['away', 'busy', 'away', 'busy']) faults.failed(message, {});
  await clock.advance(90_000);
  faults.healed({}, 'everything is delivered');
  faults.healed({}, 'everything is delivered');
  faults.failed('away', {});
  expect(said).toEqual(['away', 'busy', 'info: everything is delivered after 1m', 'away']);
});

it('is not made to fill the log by a balancer that words each answer anew', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 100, maxLength: 300 }), (messages) => {
      const { said, faults } = open();
      for (const message of messages) faults.failed(message, {});
      expect(said.length).toBeLessThanOrEqual(33);
    }),
    { numRuns: 20 },
  );
});

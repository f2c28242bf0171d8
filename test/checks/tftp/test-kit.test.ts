import { describe, expect, it } from 'vitest';
import { tftp } from '../../../checks/tftp/index.ts';
import type { TftpOptions } from '../../../checks/tftp/options.ts';
import { type CheckResult, runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { createTftpServer, type TftpFault, type TftpServer } from '../../../src/testkit/index.ts';

const startServer = () =>
  createTftpServer({ files: { 'farm-guardian.txt': 'cows', large: Buffer.alloc(40_000, 'x') } });

const start = ({ host, port }: TftpServer, options: TftpOptions = {}) => {
  const clock = new ManualClock();
  const outcome = runCheck({ checker: tftp, target: { host, port }, options }, { timeoutMs: 3_000, clock });
  return { clock, outcome: outcome as Promise<CheckResult> };
};

describe('against the server of the tftp package', () => {
  it.each([
    [{}, '4 bytes of farm-guardian.txt in 0.000s'],
    [{ file: 'large', size: 40_000 }, '40000 bytes of large in 0.000s'],
    [{ file: 'absent', expectError: 1 }, /^absent: ERROR 1 .* in 0.000s$/],
  ])('%j is OK', async (options, summary) => {
    await using server = await startServer();
    const { outcome } = start(server, options);
    expect(await outcome).toMatchObject({
      status: 'OK',
      summary: typeof summary === 'string' ? summary : expect.stringMatching(summary),
    });
  });

  it.each<[TftpFault, string]>([
    ['refuse', 'refused'],
    ['garbage', 'protocol'],
    ['missing-file', 'file-missing'],
    ['access-denied', 'access-denied'],
    ['wrong-content', 'content-mismatch'],
  ])('%s is CRITICAL %s at once, and heals', async (fault, code) => {
    await using server = await startServer();
    await server.inject(fault);
    expect(await start(server, { content: 'cows' }).outcome).toMatchObject({ status: 'CRITICAL', code });
    await server.heal();
    expect(await start(server, { content: 'cows' }).outcome).toMatchObject({ status: 'OK' });
  });

  it('silence is CRITICAL at the deadline', async () => {
    await using server = await startServer();
    await server.inject('silence');
    const { outcome, clock } = start(server);
    await server.received(/RRQ|farm-guardian/);
    await clock.advance(3_000);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code: 'timeout' });
  });
});

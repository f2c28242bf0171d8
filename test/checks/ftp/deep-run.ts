import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckOutcome, type CheckResult, type RunOptions, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { createFtpServer, type FtpFault, type FtpServer, type FtpServerOptions } from '../../../src/testkit/index.ts';

/** Runs the FTP checker against a port of 127.0.0.1, within 9 s of the real clock unless told otherwise. */
export const runFtp = (port: number, options: FtpOptions, more: Partial<RunOptions> = {}): Promise<CheckOutcome> =>
  runCheck(
    { checker: ftp, target: { host: '127.0.0.1', port }, options },
    { timeoutMs: 9_000, clock: systemClock, ...more },
  );

/** A test server with some faults. */
export const faultyServer = async (
  faults: readonly FtpFault[],
  options: FtpServerOptions = { files: { '/sentinel.txt': 'OK\n' } },
): Promise<FtpServer> => {
  const server = await createFtpServer(options);
  for (const fault of faults) await server.inject(fault);
  return server;
};

/** A run against a server of its own, which must have a verdict. */
export const verdictOf = async (
  options: FtpOptions,
  faults: readonly FtpFault[] = [],
  server?: FtpServerOptions,
): Promise<CheckResult> => {
  await using farm = await faultyServer(faults, server);
  const outcome = await runFtp(farm.port, options);
  if (outcome === 'cancelled') throw new Error('nobody cancelled it');
  return outcome;
};

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckOutcome, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import {
  type Certificate,
  type CertificateOptions,
  createCertificate,
  createFtpServer,
  type FtpFault,
  type FtpServer,
  type FtpTlsOptions,
} from '../../../src/testkit/index.ts';

export const dayMs = 86_400_000;
export const files = { '/sentinel.txt': 'OK\n' };

/** An authority of our own, in a file that is gone with the test. */
export interface Authority extends AsyncDisposable {
  readonly path: string;
  issue(options?: CertificateOptions): Promise<Certificate>;
}

export const openAuthority = async (): Promise<Authority> => {
  const folder = await mkdtemp(join(tmpdir(), 'authority-'));
  const path = join(folder, 'ca.pem');
  const issuer = await createCertificate({ commonName: 'Farm CA', ca: true });
  await writeFile(path, issuer.cert);
  return {
    path,
    issue: (options) => createCertificate({ ...options, issuer }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
};

export const run = (
  { port }: { readonly port: number },
  options: FtpOptions,
  clock = systemClock,
): Promise<CheckOutcome> =>
  runCheck({ checker: ftp, target: { host: '127.0.0.1', port }, options }, { timeoutMs: 9_000, clock });

/** Runs against a server with a certificate that `certificate` says, trusting its authority. */
export const runWith = async (
  {
    certificate,
    tls,
    faults = [],
  }: {
    readonly certificate?: CertificateOptions;
    readonly tls?: Partial<FtpTlsOptions>;
    readonly faults?: readonly FtpFault[];
  },
  options: FtpOptions,
): Promise<CheckOutcome> => {
  await using authority = await openAuthority();
  await using server = await createFtpServer({ files, tls: { ...(await authority.issue(certificate)), ...tls } });
  for (const fault of faults) await server.inject(fault);
  return await run(server, { tls: 'explicit', ...(!options.tlsInsecure && { tlsCa: authority.path }), ...options });
};

export const commands = ({ dialogue }: FtpServer): readonly string[] =>
  dialogue.map((line) => line.replace(/^(PASS) .*/, '$1'));

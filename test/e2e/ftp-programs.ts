import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, runCommand } from './command.ts';
import type { DebianProgram } from './debian-program.ts';
import { type FtpSetup, type FtpTls, probe } from './ftp-setup.ts';
import { proftpd, startProftpd } from './proftpd.ts';
import { pureFtpd, startPureFtpd } from './pure-ftpd.ts';
import type { RealServer } from './real-server.ts';
import { startVsftpd, vsftpd } from './vsftpd.ts';

/** A real FTP server: how to start it, and what it can do. */
export interface FtpProgram {
  readonly name: 'vsftpd' | 'proftpd' | 'pure-ftpd';
  readonly program: DebianProgram;
  start(setup?: FtpSetup): Promise<RealServer>;
  /** Whether it asks for a password; otherwise it lets anonymous in. */
  readonly hasAccounts: boolean;
  /** The ways of TLS it has. */
  readonly tlsModes: readonly FtpTls['mode'][];
  /** Whether a data connection can resume the control connection's session of TLS 1.3. */
  readonly resumes: boolean;
  /** Whether its active data connections come from port 20. */
  readonly usesPort20: boolean;
}

/** The three servers that nearly all FTP farms are made of. */
export const ftpPrograms: readonly FtpProgram[] = [
  {
    name: 'vsftpd',
    program: vsftpd,
    start: startVsftpd,
    hasAccounts: false,
    tlsModes: ['explicit', 'implicit'],
    resumes: true,
    usesPort20: false,
  },
  {
    name: 'proftpd',
    program: proftpd,
    start: startProftpd,
    hasAccounts: true,
    tlsModes: ['explicit', 'implicit'],
    resumes: true,
    usesPort20: false,
  },
  {
    name: 'pure-ftpd',
    program: pureFtpd,
    start: startPureFtpd,
    hasAccounts: true,
    tlsModes: ['explicit'],
    // It gives no tickets.
    resumes: false,
    usesPort20: true,
  },
];

/** Runs the built check_ftp on a server, without a login. */
export const checkFtp = ({ host, port }: RealServer, ...args: readonly string[]): Promise<Ended> =>
  runCommand('check_ftp', ['-H', host, '-p', `${port}`, '--reason-code', ...args]);

/** The flags that log in to a server. */
export const loginFlags = async (
  { hasAccounts }: FtpProgram,
  { place }: RealServer,
  password = probe.password,
): Promise<readonly string[]> => {
  if (!hasAccounts) return ['--user', 'anonymous'];
  const file = join(place.folder, 'password');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return ['--user', probe.user, '--password-file', file];
};

/** The flags that speak TLS with a server and trust its certificate. */
export const tlsFlags = (mode: FtpTls['mode'], { place }: RealServer): readonly string[] => [
  ...['--tls', mode],
  ...['--tls-ca', join(place.folder, 'ca.pem')],
];

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, runCommand } from './command.ts';
import type { DebianProgram } from './debian-program.ts';
import { dropbear, startDropbear } from './dropbear.ts';
import { probe, sentinel } from './ftp-setup.ts';
import type { RealServer } from './real-server.ts';
import { fingerprintOf } from './ssh-keys.ts';
import { sshd, startSshd } from './sshd.ts';

/** A real SSH server that has the account `probe`. */
export interface SshProgram {
  readonly name: 'OpenSSH' | 'Dropbear';
  readonly program: DebianProgram;
  start(): Promise<RealServer>;
  /** What its identification says behind `SSH-2.0-`. */
  readonly software: RegExp;
  /** Lines of its log that nobody wants to see. */
  readonly complaints: RegExp;
}

/** The two servers that nearly all SSH farms are made of. */
export const sshPrograms: readonly SshProgram[] = [
  {
    name: 'OpenSSH',
    program: sshd,
    start: () => startSshd(sentinel, undefined, { account: true, keyTypes: ['rsa', 'ecdsa'] }),
    software: /OpenSSH_\S+/,
    complaints: /error|fatal|kex_exchange|Bad |reset|Unable|Connection closed/i,
  },
  {
    name: 'Dropbear',
    program: dropbear,
    start: () => startDropbear(sentinel),
    software: /dropbear_\S+/,
    complaints: /error|fail|assert|reset|bad|integrity/i,
  },
];

/** Runs the built check_ssh on a server. */
export const checkSsh = ({ host, port }: RealServer, ...args: readonly string[]): Promise<Ended> =>
  runCommand('check_ssh', ['--reason-code', ...args, '-H', host, '-p', `${port}`]);

/** The flag that pins a server's host key. */
export const pinFlags = async ({ place }: RealServer): Promise<readonly string[]> => [
  '--host-key',
  await fingerprintOf(join(place.folder, 'host_key.pub')),
];

/** The flags that log in as `probe`, by password. */
export const passwordFlags = async (server: RealServer, password = probe.password): Promise<readonly string[]> => {
  const file = join(server.place.folder, 'password');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return [...(await pinFlags(server)), '--user', probe.user, '--password-file', file];
};

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { greets } from './greets.ts';
import { type Files, type Place, RealServer } from './real-server.ts';
import type { Site } from './site.ts';

/** sshd, of the Debian package openssh-server. */
export const sshd = { debian: 'openssh-server', path: '/usr/sbin/sshd' };

/** How to log in to an sshd of {@link startSshd}. */
export interface SshLogin {
  readonly user: string;
  /** Path of the private key. */
  readonly key: string;
  /** The host key's fingerprint, `SHA256:…`. */
  readonly hostKey: string;
}

/**
 * Starts sshd with keys of its own, for SFTP as the current user; `files` are in the folder where a session starts.
 * Options: sshd_config(5).
 */
export const startSshd = (files: Files, site?: Site): Promise<RealServer> =>
  RealServer.open(
    files,
    async (place) => {
      const { host, port, folder, root } = place;
      const config = join(folder, 'sshd_config');
      await makeKey(join(folder, 'host_key'));
      await makeKey(join(folder, 'user_key'));
      await rename(join(folder, 'user_key.pub'), join(folder, 'authorized_keys'));
      // The service's unit makes it; without it sshd does not start.
      await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
      await writeFile(
        config,
        [
          `Port ${port}`,
          `ListenAddress ${host}`,
          `HostKey ${folder}/host_key`,
          `AuthorizedKeysFile ${folder}/authorized_keys`,
          'StrictModes no',
          'PermitRootLogin prohibit-password',
          'PasswordAuthentication no',
          'UsePAM no',
          'PidFile none',
          'MaxStartups 100',
          `Subsystem sftp internal-sftp -d ${root}`,
          '',
        ].join('\n'),
      );
      return { program: sshd, args: ['-D', '-e', '-f', config], answers: () => greets(place, 'SSH-2.0-') };
    },
    site,
  );

/** What a client needs to log in to the sshd at this place. */
export const sshLogin = async ({ folder }: Place): Promise<SshLogin> => {
  const [, blob = ''] = (await readFile(join(folder, 'host_key.pub'), 'utf8')).split(' ');
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '');
  return { user: userInfo().username, key: join(folder, 'user_key'), hostKey: `SHA256:${digest}` };
};

const makeKey = (path: string) => promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);

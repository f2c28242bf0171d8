import { mkdir, rename, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { withAccount } from './account.ts';
import { greets } from './greets.ts';
import { type Files, type Place, RealServer, type Recipe } from './real-server.ts';
import type { Site } from './site.ts';
import { fingerprintOf, makeKey } from './ssh-keys.ts';

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

/** What makes an sshd differ from others. */
export interface SshdSetup {
  /** Types of further host keys, `host_key_TYPE`; there is always an Ed25519 one. */
  readonly keyTypes?: readonly string[];
  /** Lines of sshd_config(5), in place of the usual ones of the same keyword. */
  readonly config?: readonly string[];
  /** Whether there is the account `probe`, with a password. Default: only who runs the tests can log in, by key. */
  readonly account?: boolean;
}

/**
 * Starts sshd with keys of its own, for SFTP as the current user; `files` are in the folder where a session starts.
 * Options: sshd_config(5).
 */
export const startSshd = (
  files: Files,
  site?: Site,
  { keyTypes = [], config = [], account = false }: SshdSetup = {},
): Promise<RealServer> =>
  RealServer.open(
    files,
    async (place) => {
      const { host, port, folder, root } = place;
      const file = join(folder, 'sshd_config');
      await makeKey(join(folder, 'host_key'));
      for (const type of keyTypes) await makeKey(join(folder, `host_key_${type}`), type);
      await makeKey(join(folder, 'user_key'));
      await rename(join(folder, 'user_key.pub'), join(folder, 'authorized_keys'));
      // The service's unit makes it; without it sshd does not start.
      await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
      const keywords = config.map((line) => line.split(' ', 1)[0]);
      const usual = [
        `Port ${port}`,
        `ListenAddress ${host}`,
        `HostKey ${folder}/host_key`,
        ...keyTypes.map((type) => `HostKey ${folder}/host_key_${type}`),
        `AuthorizedKeysFile ${folder}/authorized_keys`,
        'StrictModes no',
        'PermitRootLogin prohibit-password',
        `PasswordAuthentication ${account ? 'yes' : 'no'}`,
        'UsePAM no',
        'PidFile none',
        'MaxStartups 100',
        `Subsystem sftp internal-sftp -d ${root}`,
      ].filter((line) => !keywords.includes(line.split(' ', 1)[0]));
      await writeFile(file, [...config, ...usual, ''].join('\n'));
      const args = ['-D', '-e', '-f', file];
      const recipe: Recipe = { program: sshd, args, answers: () => greets(place, 'SSH-2.0-') };
      return account ? withAccount(place, recipe) : recipe;
    },
    site,
  );

/** What a client needs to log in to the sshd at this place. */
export const sshLogin = async ({ folder }: Place): Promise<SshLogin> => ({
  user: userInfo().username,
  key: join(folder, 'user_key'),
  hostKey: await fingerprintOf(join(folder, 'host_key.pub')),
});

import { execFile } from 'node:child_process';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withAccount } from './account.ts';
import { greets } from './greets.ts';
import { type Files, RealServer } from './real-server.ts';
import { makeKey } from './ssh-keys.ts';

/** Dropbear, of the Debian package dropbear-bin. */
export const dropbear = { debian: 'dropbear-bin', path: '/usr/sbin/dropbear' };

/**
 * Starts Dropbear with the account `probe`, by password and by key; `files` are in its home. `host_key.pub` is there as
 * with sshd. Options: dropbear(8).
 */
export const startDropbear = (files: Files): Promise<RealServer> =>
  RealServer.open(files, async (place) => {
    const { host, port, folder, root } = place;
    await makeKey(join(folder, 'host_key'));
    const key = join(folder, 'dropbear_key');
    await promisify(execFile)('dropbearconvert', ['openssh', 'dropbear', join(folder, 'host_key'), key]);
    await makeKey(join(folder, 'user_key'));
    await mkdir(join(root, '.ssh'));
    await rename(join(folder, 'user_key.pub'), join(root, '.ssh/authorized_keys'));
    for (const path of [root, join(root, '.ssh'), join(root, '.ssh/authorized_keys')]) await chmod(path, 0o755);
    const args = ['-F', '-E', '-m', '-r', key, '-p', `${host}:${port}`, '-P', join(folder, 'pid')];
    return withAccount(place, { program: dropbear, args, answers: () => greets(place, 'SSH-2.0-') });
  });

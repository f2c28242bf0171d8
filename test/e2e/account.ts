import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebianProgram } from './debian-program.ts';
import { findProgram } from './debian-program.ts';
import { daemon, probe } from './ftp-setup.ts';
import type { Place, Recipe } from './real-server.ts';

/** What puts a program into a mount namespace of its own. */
const unshare: DebianProgram = { debian: 'util-linux', path: '/usr/bin/unshare' };

/** Lays files over those of the system, for what follows alone. */
const script = 'mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/shadow" /etc/shadow && exec "$@"';

/**
 * The recipe of a server for whom this machine has the account {@link probe}, with the place's files for its home. The
 * machine itself does not get to know it.
 */
export const withAccount = async (place: Place, { program, args, answers }: Recipe): Promise<Recipe> => {
  const { folder, root } = place;
  const { user, hash } = probe;
  const passwd = await readFile('/etc/passwd', 'utf8');
  await writeFile(join(folder, 'passwd'), `${passwd}${user}:x:${daemon.uid}:${daemon.gid}::${root}:/bin/sh\n`);
  await writeFile(join(folder, 'shadow'), `root:*:19000:0:99999:7:::\n${user}:${hash}:19000:0:99999:7:::\n`, {
    mode: 0o600,
  });
  const path = findProgram(program) ?? program.path;
  return { program: unshare, args: ['--mount', 'sh', '-c', script, folder, path, ...args], answers };
};

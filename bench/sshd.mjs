import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { answers, freePort } from './local-server.mjs';

const program = '/usr/sbin/sshd';

/** Starts sshd on loopback with keys of its own and these files, for the current user, as root. */
export const startSshd = async (files) => {
  if (!existsSync(program)) throw new Error('sshd is missing: apt-get install openssh-server');
  // A short path: the agent's socket of some tools would not fit otherwise.
  const folder = mkdtempSync('/tmp/farm-guardian-bench-');
  const port = await freePort();
  const root = join(folder, 'root');
  mkdirSync(root, { mode: 0o755 });
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  for (const key of ['host_key', 'user_key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  const publicKey = readFileSync(join(folder, 'host_key.pub'), 'utf8').split(' ', 2).join(' ');
  const knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${publicKey}\n`);
  const config = join(folder, 'sshd_config');
  // Why these settings: test/e2e/sshd.ts.
  writeFileSync(
    config,
    [
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${folder}/host_key`, 'UsePAM no', 'PidFile none'],
      ...[`AuthorizedKeysFile ${folder}/user_key.pub`, 'StrictModes no', 'PermitRootLogin prohibit-password'],
      ...['MaxStartups 100', `Subsystem sftp internal-sftp -d ${root}`, ''],
    ].join('\n'),
  );
  const child = spawn(program, ['-D', '-f', config], { stdio: 'ignore' });
  const stop = async () => {
    if (child.exitCode === null) {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    while (!(await answers(port))) if (child.exitCode !== null) throw new Error('sshd does not start (as root?)');
    return { port, user: userInfo().username, key: join(folder, 'user_key'), knownHosts, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

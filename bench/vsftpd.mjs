import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePort } from './local-server.mjs';

const program = [
  '/usr/sbin/vsftpd',
  join(import.meta.dirname, '../.cache/debian/vsftpd/usr/sbin/vsftpd'), // unpacked by .ci/run
].find(existsSync);

/** Starts vsftpd on loopback with anonymous login and these files, as root. */
export const startVsftpd = async (files) => {
  if (!program) throw new Error('vsftpd is missing: apt-get install vsftpd');
  const folder = mkdtempSync(join(tmpdir(), 'farm-guardian-bench-'));
  const port = await freePort();
  const config = join(folder, 'vsftpd.conf');
  chmodSync(folder, 0o755);
  for (const name of ['root', 'empty']) mkdirSync(join(folder, name), { mode: 0o755 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'root', name), text);
  // Why these settings: test/e2e/vsftpd.ts.
  writeFileSync(
    config,
    [
      ...['listen=YES', 'listen_address=127.0.0.1', `listen_port=${port}`, 'background=NO'],
      ...['anonymous_enable=YES', 'no_anon_password=YES', 'local_enable=NO', `anon_root=${folder}/root`],
      ...['ftp_username=daemon', `secure_chroot_dir=${folder}/empty`],
      ...['seccomp_sandbox=NO', 'isolate=NO', 'isolate_network=NO', ''],
    ].join('\n'),
  );
  const child = spawn(program, [config], { stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = async () => {
    if (child.exitCode === null) {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    while (!(await answers(port))) if (child.exitCode !== null) throw new Error('vsftpd does not start (as root?)');
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

import { execFile } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import { createFtpServer, createSshServer } from '../../src/testkit/index.ts';
import { binPath } from '../bin-path.ts';
import { itInFolder as it } from '../temporary-folder.ts';
import { runBin } from './run-bin.ts';

const users = { probe: 'hunter2' };
const files = { '/sentinel.txt': 'moo' };

/** A module of the built package. */
const built = <Module>(path: string): Promise<Module> => import(join(import.meta.dirname, '../../dist', path));

type Pool = typeof import('../../src/worker/check-pool.ts');
type Library = typeof import('../../src/index.ts');
type Checks = typeof import('../../checks/index.ts');

describe('a server that gets a protocol library stuck', () => {
  it('delays neither the main loop nor other checks', async ({ folder }) => {
    await using hostile = await createSshServer({ users, files });
    await hostile.inject('packet-size-0');
    await using sound = await createSshServer({ users, files });
    await using other = await createFtpServer({ users, files });
    const { CheckPool } = await built<Pool>('src/worker/check-pool.js');
    const { Secret, systemClock } = await built<Library>('src/index.js');
    const { ftp, ssh } = await built<Checks>('checks/index.js');
    const module = new URL('naive-sftp.mjs', import.meta.url).href;
    const { naiveSftp } = await import(module);
    const file = join(folder, 'password');
    await writeFile(file, 'hunter2');
    const login = { user: 'probe', password: new Secret({ file }) };
    const sftp = { ...login, hostKey: ['any'], sftp: true, file: '/sentinel.txt' };
    const options = { timeoutMs: 5_000, clock: systemClock };

    await using pool = new CheckPool({ clock: systemClock });
    const check = (checker: object, target: { host: string; port: number }, given: object) => ({
      checker: checker as never,
      target,
      options: given,
    });
    const stuck = pool.run(check(naiveSftp, hostile, { password: 'hunter2' }), { ...options, timeoutMs: 4_000 });
    let isStuck = true;
    void stuck.then(() => {
      isStuck = false;
    });
    const others = [
      check(ssh, sound, sftp),
      check(ftp, other, { ...login, file: '/sentinel.txt' }),
      check(ftp, other, {}),
    ];
    const lateness = monitorEventLoopDelay({ resolution: 1 });
    lateness.enable();
    let rounds = 0;
    for (; isStuck; rounds++)
      for (const each of others) expect(await pool.run(each, options)).toMatchObject({ status: 'OK' });
    lateness.disable();
    expect(rounds).toBeGreaterThan(0);
    // Not the largest: this machine has other things to do, too.
    expect(lateness.percentile(50) / 1e6).toBeLessThan(20);
    expect(await stuck).toMatchObject({ status: 'CRITICAL', code: 'timeout', steps: [{ name: 'sftp' }] });
  });

  it('is CRITICAL in farm-guardian check, beside others that are OK', async ({ folder }) => {
    await using hostile = await createSshServer({ users, files });
    await hostile.inject('packet-size-0');
    await using sound = await createSshServer({ users, files });
    await writeFile(join(folder, 'password'), 'hunter2');
    const config = join(folder, 'farm-guardian.json');
    const backends = { hostile: `127.0.0.1:${hostile.port}`, sound: `127.0.0.1:${sound.port}` };
    const password = { file: 'password' };
    const check = { type: 'ssh', user: 'probe', password, hostKey: 'any', sftp: true, file: '/sentinel.txt' };
    await writeFile(config, JSON.stringify({ farms: { sftp: { timeout: '2s', check, backends } } }));
    const { stdout, exitCode } = await runBin('farm-guardian', ['check', '-c', config]);
    expect(stdout).toMatch(/^sftp\/hostile +CRITICAL .* protocol +the server takes no packet of any size/m);
    expect(stdout).toMatch(/^sftp\/sound +OK /m);
    expect(exitCode).toBe(2);
  });
});

it('has its result in hand although its thread goes on talking behind it', async ({ folder }) => {
  const dist = join(import.meta.dirname, '../../dist/src');
  const pool = join(folder, 'pool.mjs');
  const exports = ['worker/check-pool.js', 'clock/system-clock.js'].map(
    (file) => `export * from '${join(dist, file)}';`,
  );
  await writeFile(pool, exports.join('\n'));
  const talkative = fileURLToPath(new URL('talkative.mjs', import.meta.url));
  const run = () => promisify(execFile)(process.execPath, [talkative, pool]);
  const runs = await Promise.all(Array.from({ length: 4 }, run));
  expect(runs.map(({ stdout }) => stdout)).toEqual(Array(4).fill('said enough\n'));
});

it('runs a deep check without its thread where the command stands alone', async ({ folder }) => {
  await using server = await createFtpServer({ users, files });
  const file = join(folder, 'check_ftp.cjs');
  await copyFile(binPath('check_ftp'), file);
  const login = ['--user', 'probe', '--password-env', 'PROBE_PASSWORD', '--file', '/sentinel.txt'];
  const env = { PROBE_PASSWORD: 'hunter2', NODE_PATH: join(import.meta.dirname, '../../node_modules') };
  const argv = [file, ...login, '-H', server.host, '-p', String(server.port)];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env });
  expect(stdout).toMatch(/^FTP OK - 3 bytes of \/sentinel\.txt/);
});

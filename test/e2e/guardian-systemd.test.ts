import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFtpServer } from '../../src/testkit/index.ts';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { GuardianProcess } from './guardian-process.ts';

const run = promisify(execFile);
const analyze = { debian: 'systemd', path: '/usr/bin/systemd-analyze' };
const notify = { debian: 'systemd', path: '/usr/bin/systemd-notify' };
const perl = { debian: 'perl-base', path: '/usr/bin/perl' };
/** Prints every datagram that comes to a unix socket: what systemd would hear. */
const receive = `use Socket;
socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un($ARGV[0])); $| = 1;
while (defined recv(S, $said, 4096, 0)) { print "$said\\n" }`;
const unit = join(import.meta.dirname, '../../examples/farm-guardian.service');

describe('under systemd', () => {
  beforeEach((context) => needs(context, analyze, notify, perl));

  it('has an example unit that systemd takes, and finds well locked up', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
    try {
      // The package is not installed here, and a unit is faulty whose program is missing.
      const copy = join(folder, 'farm-guardian.service');
      await writeFile(copy, (await readFile(unit, 'utf8')).replaceAll('/usr/bin/farm-guardian', '/bin/true'));
      expect(await run(analyze.path, ['verify', copy])).toEqual({ stdout: '', stderr: '' });
      const { stdout } = await run(analyze.path, ['security', '--offline=yes', copy]);
      expect(Number(/exposure level for \S+: (\d\.\d)/.exec(stdout)?.[1])).toBeLessThan(2.5);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says that it is ready, feeds the watchdog, reads its config again and stops', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
    const socket = join(folder, 'notify');
    const receiver = spawn(perl.path, ['-e', receive, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    let heard = '';
    receiver.stdout.on('data', (chunk) => {
      heard += chunk;
    });
    const hears = (text: string) =>
      eventually(() => (heard.includes(text) ? true : undefined), { what: `${text} to systemd`, timeoutMs: 30_000 });
    try {
      await using server = await createFtpServer();
      const config = join(folder, 'farm-guardian.json');
      const backends = { b1: `127.0.0.1:${server.port}` };
      const farms = { ftp: { interval: '200ms', check: { type: 'ftp' }, backends } };
      await writeFile(config, JSON.stringify({ stateDir: 'state', socket: 'admin.sock', listen: 'off', farms }));
      await eventually(() => readFile(socket).catch(({ code }) => (code === 'ENXIO' ? true : undefined)), {
        what: 'the receiver',
      });
      await using guardian = new GuardianProcess(config, ['env', `NOTIFY_SOCKET=${socket}`, 'WATCHDOG_USEC=1000000']);
      await hears('READY=1\nSTATUS=Watching 1 backend of 1 farm');
      await hears('WATCHDOG=1');
      guardian.signal('SIGHUP');
      await hears('RELOADING=1');
      heard = '';
      await hears('READY=1');
      expect(await guardian.end('SIGTERM')).toBe(0);
      expect(heard).toContain('STOPPING=1');
    } finally {
      receiver.kill();
      await once(receiver, 'close');
      await rm(folder, { recursive: true });
    }
  });
});

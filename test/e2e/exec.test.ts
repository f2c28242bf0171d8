import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { runCommand } from './command.ts';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { GuardianProcess } from './guardian-process.ts';
import { HookLog } from './hook-log.ts';
import { sshd, startSshd } from './sshd.ts';
import { startVsftpd, vsftpd } from './vsftpd.ts';

const plugins = { debian: 'monitoring-plugins-basic', path: '/usr/lib/nagios/plugins/check_tcp' };

/** What `farm-guardian check --json` says of one backend. */
interface Checked {
  readonly farm: string;
  readonly status: string;
  readonly code: string;
  readonly summary: string;
  readonly metrics: readonly { readonly label: string }[];
  readonly facts: { readonly plugin?: string };
}

const writeConfig = async (folder: string, farms: object, more: object = {}): Promise<string> => {
  const config = join(folder, 'farm-guardian.json');
  const rhythm = { interval: '200ms', fastInterval: '100ms', timeout: '5s', rise: 1, fall: 2 };
  const common = { stateDir: 'state', socket: 'admin.sock', listen: 'off', defaults: rhythm };
  await writeFile(config, JSON.stringify({ ...common, ...more, farms }));
  return config;
};

const check = async (config: string): Promise<Map<string, Checked>> => {
  const { stdout } = await runCommand('farm-guardian', ['check', '-c', config, '--json']);
  return new Map((JSON.parse(stdout) as Checked[]).map((checked) => [checked.farm, checked]));
};

/** Waits until the hook has been told this, in this order. */
const isTold = (log: HookLog, ...told: string[]) =>
  eventually(() => (log.told().join() === told.join() ? true : undefined), {
    what: told.join(),
    timeoutMs: 30_000,
  }).catch((error) => {
    throw new Error(`${error.message}; the hook was told ${log.told().join() || 'nothing'}`, { cause: error });
  });

describe('the plugins of Debian', () => {
  beforeEach((context) => needs(context, plugins, vsftpd, sshd));

  it('run as Farm Guardian and the README write them', async () => {
    await using temporary = await temporaryFolder();
    const folder = temporary.path;
    await using ftp = await startVsftpd();
    await using ssh = await startSshd({});
    const readme = await readFile(join(import.meta.dirname, '../../checks/exec/README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\| `(check_\w+ [^`]*)` \| `([^`]*)` \|$/gm)];
    expect(rows.length).toBeGreaterThan(4);
    const farms = rows.map(([, command = ''], i) => {
      const { address } = command.startsWith('check_ssh') ? ssh : ftp;
      return [`f${i}`, { command, backends: { b1: address } }];
    });
    const config = await writeConfig(folder, Object.fromEntries(farms));
    expect(await runCommand('farm-guardian', ['config', 'check', config])).toMatchObject({ code: 0 });
    const found = await check(config);
    for (const [i, [, command = '', says = '']] of rows.entries()) {
      const [title = ''] = says.split(/(?<= OK - )/);
      expect(found.get(`f${i}`), command).toMatchObject({ status: 'OK', code: 'ok' });
      expect(found.get(`f${i}`)?.summary.startsWith(title), command).toBe(true);
      expect(found.get(`f${i}`)?.facts.plugin, command).toBe(`/usr/lib/nagios/plugins/${command.split(' ', 1)[0]}`);
    }
    const ping = found.get(`f${rows.findIndex(([, command]) => command?.startsWith('check_ping'))}`);
    expect(ping?.metrics.map(({ label }) => label)).toEqual(['rta', 'pl', 'time']);
  });

  it('say of a dead server what they say by hand, and WARNING and UNKNOWN are no failures', async () => {
    await using temporary = await temporaryFolder();
    const folder = temporary.path;
    await using ftp = await startVsftpd();
    const { address } = ftp;
    await ftp.kill();
    const config = await writeConfig(folder, {
      dead: { command: 'check_ftp -H HOST -p PORT', backends: { b1: address } },
      warning: { command: 'check_dummy 1 "so so"', backends: { b1: address } },
      unknown: { command: 'check_tcp --no-such-option', backends: { b1: address } },
    });
    const found = await check(config);
    expect(found.get('dead')).toMatchObject({
      status: 'CRITICAL',
      code: 'command-failed',
      summary: `connect to address 127.0.0.1 and port ${ftp.port}: Connection refused`,
    });
    expect(found.get('warning')).toMatchObject({ status: 'WARNING', summary: 'WARNING: so so' });
    expect(found.get('unknown')).toMatchObject({ status: 'UNKNOWN', code: 'command-failed' });
  });
});

describe('farm-guardian run with plugins', () => {
  beforeEach((context) => needs(context, plugins, vsftpd));

  it('tells one down for a killed server and one up once it runs again', async () => {
    await using temporary = await temporaryFolder();
    const folder = temporary.path;
    await using ftp = await startVsftpd();
    const log = new HookLog(folder);
    const farm = { command: 'check_ftp -H HOST -p PORT', backends: { b1: ftp.address }, hooks: [log.hook] };
    await using _guardian = new GuardianProcess(await writeConfig(folder, { ftp: farm }));
    await isTold(log, 'ftp/b1 up');
    await ftp.kill();
    await isTold(log, 'ftp/b1 up', 'ftp/b1 down');
    await ftp.start();
    await isTold(log, 'ftp/b1 up', 'ftp/b1 down', 'ftp/b1 up');
    expect(log.deliveries()[1]).toMatchObject({ code: 'command-failed', summary: expect.stringMatching(/refused/) });
  });

  it('moves no backend for a plugin that is missing or broken', async () => {
    await using temporary = await temporaryFolder();
    const folder = temporary.path;
    await using ftp = await startVsftpd();
    const log = new HookLog(folder);
    const own = join(folder, 'plugins');
    await mkdir(own);
    await copyFile(plugins.path, join(own, 'check_tcp'));
    const farm = { command: 'check_tcp -H HOST -p PORT', backends: { b1: ftp.address }, hooks: [log.hook] };
    const config = await writeConfig(folder, { ftp: farm }, { pluginPath: [own] });
    await using guardian = new GuardianProcess(config);
    await isTold(log, 'ftp/b1 up');

    await rm(join(own, 'check_tcp'));
    await guardian.looksAgain(2);
    expect((await check(config)).get('ftp')).toMatchObject({ status: 'UNKNOWN', code: 'plugin-missing' });
    await writeFile(join(own, 'check_tcp'), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
    await guardian.looksAgain(2);
    expect((await check(config)).get('ftp')).toMatchObject({ status: 'UNKNOWN', code: 'plugin-failed' });
    expect(log.told()).toEqual(['ftp/b1 up']);
  });

  it('does not start without its plugin, and names the nearest', async () => {
    await using temporary = await temporaryFolder();
    const folder = temporary.path;
    const farm = { command: 'check_tpc -H HOST', backends: { b1: '127.0.0.1' } };
    const config = await writeConfig(folder, { ftp: farm });
    for (const command of [
      ['run', '-c', config],
      ['config', 'check', config],
    ]) {
      const { code, stderr } = await runCommand('farm-guardian', command);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/farms\.ftp\..*no plugin check_tpc; did you mean "check_tcp"\?\n$/),
      });
    }
  });

  it('ends a hanging plugin and its children when it stops, and leaves no process', async () => {
    await using temporary = await temporaryFolder();
    const folder = temporary.path;
    const plugin = join(folder, 'check_hang');
    await writeFile(plugin, `#!/bin/sh\ntrap '' TERM\nsleep 600 &\necho $$ $! >>${folder}/pids\nwait; wait\n`, {
      mode: 0o755,
    });
    const config = await writeConfig(folder, { f: { command: plugin, timeout: '1h', backends: { b1: '127.0.0.1' } } });
    await using guardian = new GuardianProcess(config);
    const pids = await eventually(
      async () => {
        const text = await readFile(join(folder, 'pids'), 'utf8');
        return text.endsWith('\n') ? text.trim().split(/\s/).map(Number) : undefined;
      },
      { what: 'the plugin' },
    );
    expect(pids).toHaveLength(2);
    expect(await guardian.end('SIGTERM')).toBe(0);
    for (const pid of pids) expect(await isRunning(pid)).toBe(false);
  });
});

/** A zombie that nobody has reaped yet is not running. */
const isRunning = async (pid: number): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return status !== '' && !/^State:\s+Z/m.test(status);
};

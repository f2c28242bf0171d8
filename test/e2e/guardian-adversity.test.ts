import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/journal/read-journal.ts';
import { createFtpServer } from '../../src/testkit/index.ts';
import { binPath } from '../bin-path.ts';
import { runCommand } from './command.ts';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { FullDisk } from './full-disk.ts';
import { GuardianProcess } from './guardian-process.ts';
import { HookLog } from './hook-log.ts';

const setpriv = { debian: 'util-linux', path: '/usr/bin/setpriv' };

/** A folder with a config of one FTP farm with one backend; gives the config's path. */
const prepare = async (folder: string, port: number, hooks: readonly unknown[] = []): Promise<string> => {
  const config = join(folder, 'farm-guardian.json');
  const defaults = { interval: '100ms', fastInterval: '50ms', rise: 2, fall: 2 };
  const farms = { ftp: { check: { type: 'ftp' }, backends: { b1: `127.0.0.1:${port}` }, hooks } };
  await writeFile(config, JSON.stringify({ stateDir: 'state', socket: 'admin.sock', listen: 'off', defaults, farms }));
  return config;
};

const inFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

describe('a guardian in adversity', () => {
  beforeEach((context) => needs(context, setpriv));

  it('goes on in memory while the disk is full, says so, and writes what it missed once there is room', () =>
    inFolder(async (folder) => {
      await using server = await createFtpServer();
      const log = new HookLog(folder);
      const config = await prepare(folder, server.port, [log.hook]);
      const state = join(folder, 'state');
      await mkdir(state);
      await using _disk = await FullDisk.mount(state);
      await using guardian = new GuardianProcess(config);
      const told = (count: number) =>
        eventually(() => (log.told().length >= count ? true : undefined), { what: `${count} deliveries` });

      await told(1);
      const { stdout } = await runCommand('farm-guardian', ['status', '-c', config]);
      expect(stdout).toMatch(/^journal is not written: ENOSPC$/m);
      await server.inject('refuse');
      await told(2);
      expect(log.told()).toEqual(['ftp/b1 up', 'ftp/b1 down']);

      await rm(join(state, 'ballast'));
      await server.heal();
      await told(3);
      await eventually(() => (guardian.log.includes('journal is written again') ? true : undefined), {
        what: 'the news',
      });
      expect(await guardian.end('SIGTERM')).toBe(0);
      const entries = [];
      for await (const entry of readJournal(join(state, 'journal.jsonl'))) entries.push(entry);
      expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, i) => i + 1));
      const turns = entries.flatMap((entry) => (entry.type === 'turned' ? [entry.to] : []));
      expect(turns).toEqual(['up', 'down', 'up']);
    }));

  it('refuses a state folder that it may not write, in one line', () =>
    inFolder(async (folder) => {
      const config = await prepare(folder, 1);
      await mkdir(join(folder, 'state'), { mode: 0o500 });
      // Root may write everywhere, unless it gives that up.
      const args = ['--bounding-set=-dac_override,-dac_read_search', process.execPath, binPath('farm-guardian')];
      const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
        execFile(setpriv.path, [...args, 'run', '-c', config], (error, _, stderr) =>
          resolve({ code: error?.code, stderr }),
        );
      });
      expect(ended).toEqual({
        code: 2,
        stderr: `state folder ${folder}/state cannot be used: EACCES; choose another with stateDir\n`,
      });
    }));

  it('is refused beside another guardian on its state folder, which loses nothing', () =>
    inFolder(async (folder) => {
      await using server = await createFtpServer();
      const config = await prepare(folder, server.port);
      await using guardian = new GuardianProcess(config);
      await guardian.looksAgain(2);
      const twin = join(folder, 'twin.json');
      await writeFile(twin, (await readFile(config, 'utf8')).replace('admin.sock', 'twin.sock'));
      const { code, stderr } = await runCommand('farm-guardian', ['run', '-c', twin]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `state folder ${folder}/state cannot be used: another guardian uses it; choose another with stateDir\n`,
      });
      await guardian.looksAgain(1);
      expect(await guardian.end('SIGKILL')).toBe('SIGKILL');
      await using after = new GuardianProcess(twin);
      await after.looksAgain(1);
    }));
});

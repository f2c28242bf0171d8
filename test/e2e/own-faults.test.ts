import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { type DebianProgram, needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { GuardianProcess } from './guardian-process.ts';
import { HookLog } from './hook-log.ts';
import { openSlowGreeter } from './slow-greeter.ts';

const programs: readonly DebianProgram[] = [
  { debian: 'util-linux', path: '/usr/bin/prlimit' },
  { debian: 'util-linux', path: '/usr/bin/unshare' },
];

/** A farm whose servers are well all the time, and that is told of the first failure there seems to be. */
class HealthyFarm implements AsyncDisposable {
  readonly folder: string;
  readonly config: string;
  readonly log: HookLog;

  private constructor(folder: string) {
    this.folder = folder;
    this.config = join(folder, 'farm-guardian.json');
    this.log = new HookLog(folder);
  }

  static async open(port: number, hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3']): Promise<HealthyFarm> {
    const farm = new HealthyFarm(await mkdtemp(join(tmpdir(), 'farm-guardian-own-')));
    const backends = Object.fromEntries(hosts.map((host, i) => [`b${i + 1}`, { host, port }]));
    const ftp = { check: { type: 'ftp' }, backends, hooks: [farm.log.hook] };
    const defaults = { interval: '400ms', fastInterval: '200ms', timeout: '2s', rise: 1, fall: 1 };
    const config = { stateDir: 'state', socket: 'admin.sock', listen: 'off', defaults, farms: { ftp } };
    await writeFile(farm.config, JSON.stringify(config));
    return farm;
  }

  /** Waits until every backend is up; gives how many that are. */
  async isUp(): Promise<number> {
    const { farms } = JSON.parse(await readFile(this.config, 'utf8'));
    const count = Object.keys(farms.ftp.backends).length;
    const told = () => (this.log.told().length >= count ? true : undefined);
    await eventually(told, { what: 'the first state of each backend', timeoutMs: 30_000 });
    return count;
  }

  /** The results with this code that the journal has. */
  async results(code: string): Promise<number> {
    const journal = await readFile(join(this.folder, 'state/journal.jsonl'), 'utf8');
    return journal.split('\n').filter((line) => line.includes('"type":"result"') && line.includes(`"code":"${code}"`))
      .length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

describe('farm-guardian run with a trouble of its own', () => {
  beforeEach((context) => needs(context, ...programs));

  it('takes nobody for dead because it was suspended itself', async () => {
    await using server = await openSlowGreeter(250);
    await using farm = await HealthyFarm.open(server.port);
    await using guardian = new GuardianProcess(farm.config);
    const count = await farm.isUp();
    for (let round = 0; round < 4; round++) {
      guardian.signal('SIGSTOP');
      await sleep(3_000 + round * 70);
      guardian.signal('SIGCONT');
      await guardian.looksAgain(2);
    }
    expect(farm.log.told()).toHaveLength(count);
    expect(farm.log.told().every((line) => line.endsWith(' up'))).toBe(true);
  });

  it('takes nobody for dead because it may open no more files', async () => {
    await using server = await openSlowGreeter(0);
    await using farm = await HealthyFarm.open(server.port);
    await using guardian = new GuardianProcess(farm.config);
    const count = await farm.isUp();
    const limit = (files: string) =>
      promisify(execFile)('prlimit', ['--pid', String(guardian.pid), `--nofile=${files}`]);
    await limit('5:1024');
    await eventually(async () => ((await farm.results('local-fault')) >= count ? true : undefined), {
      what: 'local faults in the journal',
    });
    await limit('1024:1024');
    await guardian.looksAgain(2);
    expect(farm.log.told()).toHaveLength(count);
  });

  it('takes nobody for dead because names are not resolved any more', async () => {
    await using server = await openSlowGreeter(0);
    await using farm = await HealthyFarm.open(server.port, ['b1.farm.test', 'b2.farm.test']);
    const hosts = join(farm.folder, 'hosts');
    const resolver = join(farm.folder, 'resolv.conf');
    const known = '127.0.0.1 b1.farm.test\n127.0.0.2 b2.farm.test\n';
    await writeFile(hosts, known);
    // It takes questions and never answers.
    const mute = createSocket('udp4');
    try {
      mute.bind(53, '127.0.0.77');
      await once(mute, 'listening');
      await writeFile(resolver, 'nameserver 127.0.0.77\noptions timeout:30\n');
      const mounts = `mount --bind ${hosts} /etc/hosts && mount --bind ${resolver} /etc/resolv.conf && exec "$@"`;
      await using guardian = new GuardianProcess(farm.config, ['unshare', '--mount', 'sh', '-c', mounts, 'sh']);
      const count = await farm.isUp();
      await writeFile(hosts, '');
      await eventually(async () => ((await farm.results('dns')) >= count ? true : undefined), {
        what: 'names that are not resolved, in the journal',
        timeoutMs: 30_000,
      });
      await writeFile(hosts, known);
      await guardian.looksAgain(2);
      expect(farm.log.told()).toHaveLength(count);
      expect(farm.log.told().every((line) => line.endsWith(' up'))).toBe(true);
    } finally {
      mute.close();
    }
  });
});

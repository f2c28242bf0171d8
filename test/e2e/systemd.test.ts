import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { noteFigure } from './figure.ts';
import { credentials, farmPrograms, farms, startDropbear, startFarms, toldByHook } from './systemd-farms.ts';
import { exampleUnit, SystemdMachine, systemdPrograms } from './systemd-machine.ts';

const run = promisify(execFile);
const analyze = { debian: 'systemd', path: '/usr/bin/systemd-analyze' };

/** Under the load of other tests, a processor in user mode is slow. */
const longMs = 600_000;

it('has an example unit that systemd takes, and finds well locked up', async (context) => {
  needs(context, analyze);
  const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
  try {
    // The package is not installed here, and a unit is faulty whose program is missing.
    const copy = join(folder, 'farm-guardian.service');
    await writeFile(copy, (await readFile(exampleUnit, 'utf8')).replaceAll('/usr/bin/farm-guardian', '/bin/true'));
    expect(await run(analyze.path, ['verify', copy])).toEqual({ stdout: '', stderr: '' });
    const { stdout } = await run(analyze.path, ['security', '--offline=yes', copy]);
    const exposure = Number(/exposure level for \S+: (\d\.\d)/.exec(stdout)?.[1]);
    noteFigure(context, `systemd-analyze security: exposure ${exposure} of 10`);
    expect(exposure).toBeLessThan(2.5);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A farm of SSH servers, of which one is there, on 127.0.0.1. */
const sshFarm = (...hosts: readonly string[]) => ({
  ssh: { check: { type: 'ssh' }, backends: Object.fromEntries(hosts.map((host, i) => [`s${i + 1}`, host])) },
});

/** How long something took, in words. */
const secondsSince = (start: number): string => `${((performance.now() - start) / 1_000).toFixed(1)} s`;

describe('the example unit under systemd', () => {
  beforeEach((context) => needs(context, ...systemdPrograms, ...farmPrograms));

  it(
    'is active once the guardian runs, reloads, comes back from a hang with what it knew, and stops',
    async (context) => {
      await using machine = await SystemdMachine.open();
      await startDropbear(machine);
      await machine.configure(sshFarm('127.0.0.1', '127.0.0.2'));
      await machine.extend('WatchdogSec=10');

      await machine.run('systemctl start --no-block farm-guardian');
      expect(await machine.property('ActiveState')).toBe('activating');
      const pid = await machine.isActive();
      const lines = await machine.journal();
      const [runs, isStarted] = ['guardian runs', 'Started '].map((text) => lines.findIndex((l) => l.includes(text)));
      expect(runs).toBeGreaterThan(0);
      expect(isStarted).toBeGreaterThan(runs ?? Infinity);
      expect(await machine.property('StatusText')).toBe('Watching 2 backends of 1 farm');

      const known = await machine.eventually('a belief about both', async () => {
        const { s1, s2 } = await machine.backends();
        return s1?.health === 'up' && s2?.health === 'down' ? [s1.since, s2.since] : undefined;
      });
      await machine.configure(sshFarm('127.0.0.1', '127.0.0.2', '127.0.0.3'));
      await machine.run('systemctl reload farm-guardian');
      expect(Object.keys(await machine.backends())).toEqual(['s1', 's2', 's3']);
      expect(await machine.property('StatusText')).toBe('Watching 3 backends of 1 farm');

      const hungAt = performance.now();
      await machine.run(`kill -STOP ${pid}`);
      await machine.isActive(pid);
      noteFigure(context, `hung, ended by WatchdogSec=10 and active again after ${secondsSince(hungAt)}, in user mode`);
      expect((await machine.journal()).join('\n')).toContain('Watchdog timeout');
      const { s1, s2 } = await machine.backends();
      expect([s1?.health, s2?.health]).toEqual(['up', 'down']);
      expect([s1?.since, s2?.since]).toEqual(known);

      const stoppedAt = performance.now();
      await machine.run('systemctl stop farm-guardian');
      noteFigure(context, `stopped in ${secondsSince(stoppedAt)}`);
      expect(await machine.property('ActiveState')).toBe('inactive');
      expect(await machine.property('Result')).toBe('success');
      expect(await machine.run('ls -d /run/farm-guardian 2>/dev/null; ls /var/lib/farm-guardian')).toBe(
        'journal.jsonl\nsnapshot.json\n',
      );
    },
    longMs,
  );

  it(
    'is locked up, and yet checks all kinds of servers, runs programs and reads its credentials',
    async () => {
      await using machine = await SystemdMachine.open();
      await startFarms(machine);
      await machine.configure(farms);
      await machine.extend(...credentials.map((credential) => `LoadCredential=${credential}`));
      await machine.run('systemctl start --no-block farm-guardian');
      const pid = await machine.isActive();

      await machine.eventually('every backend up, and told', async () => {
        const backends = Object.values(await machine.backends());
        const isTold = backends.every(({ deliveries }) => deliveries.every(({ outcome }) => outcome === 'delivered'));
        return (isTold && backends.every(({ health }) => health === 'up')) || undefined;
      });
      expect(await machine.run('cat /run/farm-guardian/states')).toMatch(/^b1 up /);
      expect(await machine.run('cat /var/lib/farm-guardian/told')).toBe(toldByHook);
      expect(await machine.run(`grep -E '^(CapBnd|CapEff|NoNewPrivs|Seccomp):' /proc/${pid}/status`)).toBe(
        'CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n',
      );
      const journal = await machine.journal();
      const log = journal.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
      expect(log.map(({ msg }) => msg)).toContain('exec delivered up');
      expect(journal.filter((line) => line.includes('me@here'))).toEqual([]);
    },
    longMs,
  );
});

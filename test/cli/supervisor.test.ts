import { chmod, readFile, writeFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { Supervisor } from '../../src/cli/supervisor.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A supervisor whose `systemd-notify` writes down what it is to say; the first `failures` times it fails. */
const open = async (more: Readonly<Record<string, string>> = {}, failures = 0) => {
  const folder = await temporaryFolder();
  const said = folder.at('said');
  await writeFile(said, '');
  const program = folder.at('systemd-notify');
  await writeFile(
    program,
    `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >>'${said}'\n[ $(wc -l <'${said}') -gt ${failures} ]\n`,
  );
  await chmod(program, 0o755);
  const clock = new ManualClock();
  const complaints: string[] = [];
  const complain = (_fields: unknown, message: string) => void complaints.push(message);
  const log = { ...silentLogger, warn: complain, error: complain };
  const env = { NOTIFY_SOCKET: '/run/notify', PATH: `${folder.path}:/usr/bin:/bin`, ...more };
  const linesSaid = async () => (await readFile(said, 'utf8')).split('\n').length - 1;
  return {
    clock,
    complaints,
    /** Real programs run beside the manual clock: they must be through, and their time limits gone, before it moves on. */
    hasSaid: (lines: number) =>
      vi.waitFor(
        async () => {
          expect(await linesSaid()).toBe(lines);
          expect(clock.timers).toBeLessThanOrEqual(1);
        },
        { timeout: 5_000 },
      ),
    supervisor: new Supervisor({ env, pid: 42, clock, log }),
    said: async () => (await readFile(said, 'utf8')).trim().split('\n'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
};

it('says in order that it is ready, reads its config, is ready again, and stops', async () => {
  await using systemd = await open();
  {
    await using supervisor = systemd.supervisor;
    supervisor.ready('Watching 2 backends', () => true);
    await expect(supervisor.reloading(Promise.reject(new Error('no')), () => 'Watching 3')).rejects.toThrow('no');
  }
  expect(await systemd.said()).toEqual([
    '/run/notify --pid=42 READY=1 STATUS=Watching 2 backends',
    '/run/notify --pid=42 RELOADING=1',
    '/run/notify --pid=42 READY=1 STATUS=Watching 3',
    '/run/notify --pid=42 STOPPING=1',
  ]);
  expect(systemd.clock.timers).toBe(0);
});

it('feeds the watchdog four times as often as it must, while the scheduler turns', async () => {
  await using systemd = await open({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '42' });
  let turns = true;
  {
    await using supervisor = systemd.supervisor;
    supervisor.ready('runs', () => turns);
    await systemd.hasSaid(1);
    for (const lines of [2, 3]) {
      await systemd.clock.advance(7_500);
      await systemd.hasSaid(lines);
    }
    turns = false;
    await systemd.clock.advance(60_000);
    turns = true;
    await systemd.clock.advance(7_500);
    await systemd.hasSaid(4);
  }
  const said = await systemd.said();
  expect(said.filter((line) => line.endsWith('WATCHDOG=1'))).toHaveLength(3);
  expect(systemd.complaints).toEqual(['the scheduler is stuck: the watchdog is not told that it turns']);
});

it.each([
  ['nobody watches', {}],
  ['another process is watched', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '43' }],
])('feeds no watchdog when %s', async (_name, env) => {
  await using systemd = await open(env);
  await using supervisor = systemd.supervisor;
  supervisor.ready('runs', () => true);
  await systemd.hasSaid(1);
  await systemd.clock.advance(60_000);
  expect((await systemd.said()).join()).not.toContain('WATCHDOG');
});

it('says again that it is ready when systemd was not told', async () => {
  await using systemd = await open({}, 1);
  {
    await using supervisor = systemd.supervisor;
    supervisor.ready('runs', () => true);
    await systemd.hasSaid(2);
  }
  expect(await systemd.said()).toEqual([
    '/run/notify --pid=42 READY=1 STATUS=runs',
    '/run/notify --pid=42 READY=1 STATUS=runs',
    '/run/notify --pid=42 STOPPING=1',
  ]);
  expect(systemd.complaints).toEqual(['systemd was not told: systemd-notify: exit 1']);
});

it('tells nobody when there is no supervisor, and goes on when it cannot be told', async () => {
  await using alone = await open({ NOTIFY_SOCKET: '' });
  {
    await using supervisor = alone.supervisor;
    supervisor.ready('runs', () => true);
  }
  expect(await alone.said()).toEqual(['']);
  await using deaf = await open({ PATH: '/nowhere' });
  {
    await using supervisor = deaf.supervisor;
    supervisor.ready('runs', () => true);
  }
  expect(deaf.complaints).toHaveLength(2);
  expect(deaf.complaints[0]).toMatch(/^systemd was not told: systemd-notify: /);
});

import { expect, it } from 'vitest';
import { createFtpServer } from '../../src/testkit/index.ts';
import { fastFarm, RunningDaemon } from './running.ts';

it('orders, shows it in the status, and takes it back', async () => {
  await using server = await createFtpServer();
  await using daemon = await RunningDaemon.start(fastFarm([server.port]));
  await daemon.process.out.shows(/"msg":"up: /);
  expect(await daemon.ask('drain', 'ftp/b1', '--for', '2h', '--reason', 'a new disk')).toEqual({
    code: 0,
    stdout: 'ftp/b1: drain for 2h; health up, desired drain\n',
    stderr: '',
  });
  const { stdout } = await daemon.ask('status');
  expect(stdout).toMatch(/^ftp\/b1 +127\.0\.0\.1:\d+ +up +\d+s +drain \(ordered\) /m);
  expect(stdout).toMatch(/^ftp\/b1: drain ordered by alice for another 1h: a new disk$/m);
  expect(await daemon.ask('ready', 'ftp/b1')).toMatchObject({ stdout: 'ftp/b1: ready; health up, desired up\n' });
  expect((await daemon.ask('status')).stdout).not.toContain('ordered');
});

it.each([
  ['maintenance', 'maintenance', 'down'],
  ['force-down', 'forced-down', 'down'],
  ['force-up', 'forced-up', 'up'],
])('orders %s before there is evidence', async (command, state, desired) => {
  await using server = await createFtpServer();
  await server.inject('silence');
  await using daemon = await RunningDaemon.start(fastFarm([server.port]).replace('timeout: 1s', 'timeout: 30s'));
  expect(await daemon.ask(command, 'ftp/b1')).toMatchObject({
    code: 0,
    stdout: `ftp/b1: ${state}; health starting, desired ${desired}\n`,
  });
});

it.each([
  [['drain', 'ftp/b7'], 'no backend in farm ftp "b7"; there are: b1\n'],
  [['drain', 'fpt/b1'], 'no farm "fpt"; did you mean "ftp"?\n'],
  [['drain', 'ftp'], '"ftp" names no backend; it must be FARM/BACKEND\n'],
  [['drain'], "error: missing required argument 'farm/backend'\n"],
  [
    ['drain', 'ftp/b1', '--for', 'ever'],
    /argument 'ever' is invalid\. It must be a duration such as 30s, 15m or 2h\.\n$/,
  ],
  [['drain', 'ftp/b1', '--for', '0s'], /It must be a duration/],
  [['drain', 'ftp/b1', '--for', '36501d'], /It must be 36500d at most/],
  [['ready', 'ftp/b1', '--for', '2h'], "error: unknown option '--for'\n"],
  [['recheck', 'ftp/b'], 'no backend in farm ftp "b"; there are: b1\n'],
])('refuses %j with exit 2 and one clear line', async (args, message) => {
  await using daemon = await RunningDaemon.start(fastFarm([1]));
  const { code, stdout, stderr } = await daemon.ask(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});

it('checks now, and says how much', async () => {
  await using server = await createFtpServer();
  await using daemon = await RunningDaemon.start(fastFarm([server.port]).replace('interval: 100ms', 'interval: 1h'));
  expect(await daemon.ask('recheck')).toEqual({ code: 0, stdout: '1 check started\n', stderr: '' });
  await daemon.process.out.shows(/"msg":"up: /);
});

it('reads the config again when it is asked, and refuses one with a mistake whole', async () => {
  await using server = await createFtpServer();
  await using other = await createFtpServer();
  await using daemon = await RunningDaemon.start(fastFarm([server.port]));
  await daemon.configure(fastFarm([server.port, other.port]));
  expect(await daemon.ask('reload')).toEqual({
    code: 0,
    stdout: 'reloaded: 1 kept, 0 changed, 1 added, 0 removed\n',
    stderr: '',
  });
  await daemon.configure(fastFarm([server.port]).replace('interval', 'intreval'));
  const { code, stderr } = await daemon.ask('reload');
  expect(code).toBe(2);
  expect(stderr).toMatch(/defaults\.intreval: unknown key; did you mean "interval"\?/);
  const { farms } = JSON.parse((await daemon.ask('status', '--json')).stdout);
  expect(farms[0].backends).toHaveLength(2);
});

it('tells no hook in a dry run, and says so', async () => {
  await using server = await createFtpServer();
  const hook = '[{ type: exec, command: [/bin/false] }]';
  await using daemon = await RunningDaemon.start(fastFarm([server.port], '', hook), '--dry-run');
  await daemon.process.out.shows(/"msg":"up: /);
  const { stdout } = await daemon.ask('status');
  expect(stdout).toMatch(/^dry run: no hook is told$/m);
  expect(daemon.process.out.text).not.toContain('could not deliver');
});

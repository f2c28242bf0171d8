import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import { runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { freePort } from '../../free-port.ts';
import { runCommand } from '../../plugin/run-command.ts';
import { masked, ok, perf, ready, saying } from './banner-line.ts';
import { serve } from './scripted-server.ts';
import { until } from './until.ts';

/** No TCP connection leads to the broadcast address, and the system says so at once. */
const nowhere = '255.255.255.255';

describe('where it looks:', () => {
  const at = async (argv: (port: number) => string[]) => {
    await using server = await serve(ready);
    const { exitCode, stdout } = await runCommand(ftp, argv(server.port));
    return `${exitCode} ${masked(stdout, server.port)}`;
  };
  const unnamed = '0 FTP OK - T second response time on port PORT [220 Farm FTP ready]|time=Ts;;;0.000000;10.000000\n';

  it.each<[string, (port: number) => string[], string]>([
    ['the default host', (port) => ['-p', String(port)], unnamed],
    ['an operand', (port) => ['-p', String(port), '127.0.0.1'], unnamed],
    ['an operand behind --', (port) => ['-p', String(port), '--', '127.0.0.1'], unnamed],
    ['a first operand', (port) => ['127.0.0.1', '-p', String(port), '-to', '10'], unnamed],
    ['-H, whatever operand follows', (port) => ['-H', '127.0.0.1', '-p', String(port), ''], ok('220 Farm FTP ready')],
    [
      'the last -H',
      (port) => ['-H', '127.0.0.99', '--host', '127.0.0.1', '--po', String(port)],
      ok('220 Farm FTP ready'),
    ],
  ])('%s', async (_, argv, output) => {
    expect(await at(argv)).toBe(output);
  });

  it('a unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ftp-'));
    const path = join(folder, 's');
    const strange = join(folder, 'a\nb');
    {
      await using _server = await serve(saying('220 moo\r\n\tmoo\r\n'), strange);
      expect(masked((await runCommand(ftp, [strange])).stdout, Number.NaN)).toBe(
        `FTP OK - T second response time on socket ${folder}/a b [220 moo\r\n\tmoo]${perf}`,
      );
    }
    {
      await using _server = await serve(ready, path);
      const { exitCode, stdout } = await runCommand(ftp, [path]);
      expect(`${exitCode} ${masked(stdout, Number.NaN)}`).toBe(
        `0 FTP OK - T second response time on socket ${path} [220 Farm FTP ready]${perf}`,
      );
    }
    expect(await runCommand(ftp, ['-H', path])).toMatchObject({
      exitCode: 2,
      stdout: `connect to file socket ${path}: No such file or directory\n`,
    });
    await rm(folder, { recursive: true });
  });

  it('no unix socket whose path is too long', async () => {
    expect(await runCommand(ftp, ['-H', `/${'x'.repeat(107)}`])).toMatchObject({
      exitCode: 3,
      stdout: 'Supplied path too long unix domain socket',
    });
  });

  it.each([
    [['-H', ''], ''],
    [['-4', '-H', '::1'], '::1'],
    [['-H', '127.0.0.1', '-6'], '127.0.0.1'],
  ])('nowhere for %j', async (argv, host) => {
    expect(await runCommand(ftp, argv)).toEqual({
      exitCode: 2,
      stdout: `FTP CRITICAL - Invalid hostname, address or socket: ${host}\n`,
      stderr: '',
    });
  });

  it.each([
    [nowhere, [], 2, `connect to address ${nowhere} and port 21: Network is unreachable\n`],
    [nowhere, ['--list'], 3, `FTP UNKNOWN - connect to address ${nowhere} and port 21: Network is unreachable\n`],
    [
      '127.0.0.1',
      ['--source', '192.0.2.1'],
      3,
      'connect to address 127.0.0.1 and port 21: Cannot assign requested address\n',
    ],
  ])('a connection to %s with %j that fails on our side exits %i', async (host, more, exitCode, stdout) => {
    expect(await runCommand(ftp, ['-H', host, ...more])).toEqual({ exitCode, stdout, stderr: '' });
  });

  it.each([
    [[], 2, ''],
    [['-r', 'crit'], 2, ''],
    [['-r', 'warn'], 1, ''],
    [['-r', 'ok', '--reason-code'], 0, ''],
    [['--reason-code'], 2, ' [refused]'],
  ])('a refused connection with %j exits %i', async (argv, exitCode, code) => {
    const port = await freePort();
    expect(await runCommand(ftp, ['127.0.0.1', '-p', String(port), ...argv])).toEqual({
      exitCode,
      stdout: `connect to address 127.0.0.1 and port ${port}: Connection refused${code}\n`,
      stderr: '',
    });
  });
});

describe('its time:', () => {
  it('a silent server costs the whole timeout, no more', async () => {
    const clock = new ManualClock();
    let connected = false;
    await using server = await serve(() => {
      connected = true;
    });
    const run = runCommand(ftp, ['-H', '127.0.0.1', '-p', String(server.port), '-t', '4'], { clock });
    await until(() => connected);
    await clock.advance(4_000);
    expect(await run).toEqual({ exitCode: 2, stdout: 'CRITICAL - Socket timeout after 4 seconds\n', stderr: '' });
    expect(clock.timers).toBe(0);
  });

  it('a server that stops in the middle of 220 is given two seconds', async () => {
    const clock = new ManualClock();
    await using server = await serve(saying('22'));
    const run = runCommand(ftp, ['-H', '127.0.0.1', '-p', String(server.port)], { clock });
    await until(() => clock.timers === 2);
    await clock.advance(2_000);
    const { stdout } = await run;
    expect(stdout).toBe('FTP WARNING - Unexpected response from host/socket: 22|time=2.000000s;;;0.000000;10.000000\n');
  });

  it.each([
    ['220 Farm FTP ready\r\n', [], 500],
    ['220-a\r\n220-b\r\n220\r\n', [], 500],
    ['220 Farm FTP ready', [], 2_000],
    ['220-a\r\n220-b\r\n', [], 2_000],
    ['SSH-2.0-barn\r\n', [], 2_000],
    ['220 Farm FTP ready\r\n', ['-s', 'x'], 2_000],
  ])('a server that says %j and has not said what it should, with %j, is given %i ms', async (greeting, more, ms) => {
    const clock = new ManualClock();
    await using server = await serve(saying(greeting));
    const argv = ['-H', '127.0.0.1', '-p', String(server.port), '-j', '-e', 'never', ...more];
    const run = runCommand(ftp, argv, { clock });
    await until(() => clock.timers === 2);
    await clock.advance(ms);
    expect((await run).stdout).toMatch(new RegExp(`^FTP WARNING - Unexpected .*\\|time=${(ms / 1_000).toFixed(6)}s;`));
  });

  it('-d waits, and does not count', async () => {
    const clock = new ManualClock();
    await using server = await serve(ready);
    const run = runCommand(ftp, ['-H', '127.0.0.1', '-p', String(server.port), '-d', '3'], { clock });
    await until(() => clock.timers === 2);
    await clock.advance(3_000);
    expect((await run).stdout).toMatch(/^FTP OK - 0\.000 second .*time=0\.000000s;/);
  });

  it('a drip does not outlast the deadline', async () => {
    const clock = new ManualClock();
    let peer: Socket | undefined;
    await using server = await serve((socket) => {
      peer = socket;
    });
    let heard = 0;
    const run = runCheck(
      { checker: ftp, target: { host: '127.0.0.1', port: server.port }, options: { expect: ['never'] } },
      { timeoutMs: 10_000, clock, verbose: (text) => void (text.startsWith('looking') && heard++) },
    );
    await until(() => peer !== undefined);
    for (let dripped = 1; dripped <= 6; dripped++) {
      peer?.write('x');
      await until(() => heard === dripped);
      await clock.advance(1_900);
    }
    expect(await run).toMatchObject({
      status: 'CRITICAL',
      code: 'timeout',
      line: 'CRITICAL - Socket timeout after 10 seconds',
    });
  });

  it('an endless greeting ends after 64 KiB', async () => {
    await using server = await serve((socket) => {
      const flood = () => {
        while (socket.writable && socket.write('x'.repeat(65_536)));
      };
      socket.on('drain', flood);
      flood();
    });
    const outcome = await runCheck(
      { checker: ftp, target: { host: '127.0.0.1', port: server.port }, options: { expect: ['never'] } },
      { timeoutMs: 9_000, clock: new ManualClock() },
    );
    expect(outcome).toMatchObject({ code: 'banner-mismatch' });
  });
});

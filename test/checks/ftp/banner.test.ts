import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import { runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { runCommand } from '../../plugin/run-command.ts';
import { closedPort, serve } from './scripted-server.ts';
import { until } from './until.ts';

/** A server that says something and stays. */
const saying = (bytes: string | Uint8Array) => (socket: Socket) => void socket.write(bytes);

/** A server that says something and closes. */
const closing = (bytes: string) => (socket: Socket) => void socket.end(bytes);

/** A server that waits for a line, and says it back. */
const echoing = (socket: Socket) => void socket.once('data', (line) => socket.write(`220 got: ${line}`));

/** What the command prints, its times and port replaced, behind its exit code. */
const check = async (script: (socket: Socket) => void, ...argv: string[]): Promise<string> => {
  await using server = await serve(script);
  const { exitCode, stdout } = await runCommand(ftp, ['-H', '127.0.0.1', '-p', String(server.port), ...argv]);
  return `${exitCode} ${masked(stdout, server.port)}`;
};

const masked = (stdout: string, port: number): string =>
  stdout
    .replace(/time=\d+\.\d{6}s/, 'time=Ts')
    .replace(/\d+\.\d{3} second/, 'T second')
    .replaceAll(String(port), 'PORT');

const perf = '|time=Ts;;;0.000000;10.000000\n';
const ok = (text: string, data = perf) => `0 FTP OK - T second response time on 127.0.0.1 port PORT [${text}]${data}`;
const unexpected = (text: string, data = perf) => `1 FTP WARNING - Unexpected response from host/socket${text}${data}`;

describe('check_ftp says of a server that says', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['220', saying('220 (vsFTPd 3.0.3)\r\n'), ok('220 (vsFTPd 3.0.3)')],
    ['220 alone', saying('220\r\n'), ok('220')],
    ['220 on several lines', saying('220-a\r\n220-b\r\n220 c\r\n'), ok('220-a\r\n220-b\r\n220 c')],
    ['220 without a line end', saying('220 half'), ok('220 half')],
    ['blanks at the end', saying('220 trim me \t\r\n\r\n \n'), ok('220 trim me')],
    ['UTF-8', saying('220 Gänseblümchen 🐄\r\n'), ok('220 Gänseblümchen 🐄')],
    [
      'bytes that are neither UTF-8 nor printable',
      saying(Buffer.from('3232302061ff1b5b33316d0d0a', 'hex')),
      ok('220 a\ufffd [31m'),
    ],
    ['what would be performance data', saying('220 milk|eggs|time=1s\r\n'), ok('220 milk eggs time=1s')],
    ['a NUL', saying('220 before\0after\r\n'), ok('220 before')],
    ['5000 characters', saying(`220 ${'x'.repeat(5_000)}`), ok(`220 ${'x'.repeat(1_020)}`)],
    ['421', closing('421 Too many connections, try later\r\n'), unexpected(': 421 Too many connections, try later')],
    ['a blank first', saying(' 220 hello\r\n'), unexpected(':  220 hello')],
    ['120', saying('120 Service ready in 5 minutes\r\n'), unexpected(': 120 Service ready in 5 minutes')],
    ['SSH', saying('SSH-2.0-OpenSSH_9.2p1\r\n'), unexpected(': SSH-2.0-OpenSSH_9.2p1')],
    ['22 and closes', closing('22'), unexpected(': 22')],
    ['a line end only, and closes', closing('\r\n'), unexpected(' on 127.0.0.1 port PORT')],
    ['nothing and closes', closing(''), '2 No data received from host\n'],
    ['nothing and resets', (socket) => socket.resetAndDestroy(), '2 No data received from host\n'],
  ])('%s', async (_, script, output) => {
    expect(await check(script)).toBe(output);
  });
});

const ready = saying('220 Farm FTP ready\r\n');
const full = closing('421 Too many connections, try later\r\n');

describe('its options:', () => {
  it.each<[string[], (socket: Socket) => void, string]>([
    [['-e', 'Farm'], ready, ok('220 Farm FTP ready')],
    [['-e', 'nope', '-e', 'Farm'], ready, ok('220 Farm FTP ready')],
    [['-e', 'ready', '-e', 'Farm', '-A'], ready, ok('220 Farm FTP ready')],
    [['-e', 'TOO MANY'], full, unexpected(': 421 Too many connections, try later')],
    [['-e', '421', '-e', 'nope', '-A'], full, unexpected(': 421 Too many connections, try later')],
    [
      ['-M', 'crit'],
      full,
      '2 FTP CRITICAL - Unexpected response from host/socket: 421 Too many connections, try later|time=Ts;;;0.000000;10.000000\n',
    ],
    [
      ['-M', 'ok'],
      full,
      '0 FTP OK - Unexpected response from host/socket: 421 Too many connections, try later|time=Ts;;;0.000000;10.000000\n',
    ],
    [['-j'], ready, '0 FTP OK - T second response time on 127.0.0.1 port PORT|time=Ts;;;0.000000;10.000000\n'],
    [['-j'], full, unexpected(' on 127.0.0.1 port PORT')],
    [['-m', '3'], full, unexpected(': 421 Too many connections, try later')],
    [['-m', '3', '-e', 'nope'], ready, unexpected(': 220 Farm FTP ready')],
    [['-t', '33'], ready, ok('220 Farm FTP ready', '|time=Ts;;;0.000000;33.000000\n')],
    [
      ['-w', '1e3', '-c', '0x10'],
      ready,
      ok('220 Farm FTP ready', '|time=Ts;1000.000000;16.000000;0.000000;10.000000\n'),
    ],
    [['-w', '0:20'], ready, ok('220 Farm FTP ready', '|time=Ts;20.000000;;0.000000;10.000000\n')],
    [
      ['-wt', '20', '-ct', '30', '-to', '9'],
      ready,
      ok('220 Farm FTP ready', '|time=Ts;20.000000;30.000000;0.000000;9.000000\n'),
    ],
    [
      ['-w', '@0:10'],
      ready,
      `1 FTP WARNING - T second response time on 127.0.0.1 port PORT [220 Farm FTP ready]|time=Ts;@10.000000;;0.000000;10.000000\n`,
    ],
    [
      ['-c', '20:'],
      ready,
      `2 FTP CRITICAL - T second response time on 127.0.0.1 port PORT [220 Farm FTP ready]|time=Ts;;20.000000:;0.000000;10.000000\n`,
    ],
    [
      ['-w', '20:', '-c', '30', '-M', 'ok'],
      full,
      '0 FTP OK - Unexpected response from host/socket: 421 Too many connections, try later|time=Ts;0.000000;0.000000;0.000000;10.000000\n',
    ],
    [
      ['-c', '20:', '-M', 'ok'],
      full,
      '2 FTP CRITICAL - Unexpected response from host/socket: 421 Too many connections, try later|time=Ts;;0.000000;0.000000;10.000000\n',
    ],
    [
      ['--reason-code'],
      full,
      '1 FTP WARNING - Unexpected response from host/socket: 421 Too many connections, try later [overloaded]|time=Ts;;;0.000000;10.000000\n',
    ],
    [['--protocol', 'tcp', '-C', '1', '-W', '1'], ready, ok('220 Farm FTP ready')],
    [['-s', 'NOOP\\r\\n'], echoing, ok('220 got: NOOP\\r\\n')],
    [['-E', '-s', 'NOOP\\r\\n'], echoing, ok('220 got: NOOP')],
    [['-s', 'a\\tb', '-E'], echoing, ok('220 got: a\\tb')],
  ])('%j', async (argv, script, output) => {
    expect(await check(script, ...argv)).toBe(output);
  });

  it.each([
    [[], 'QUIT\r\n'],
    [['-q', 'BYE'], 'BYE\r\n'],
    [['-E', '-q', 'BYE\\n'], 'BYE\n'],
    [['-q', 'BYE\\n', '-E'], 'BYE\\n\r\n'],
    [['-s', 'HI', '-E'], 'HIQUIT\r\n'],
    [['-s', ''], 'QUIT\r\n'],
  ])('with %j it says %j, and closes', async (argv, said) => {
    await using server = await serve(ready);
    const gone = server.gone();
    await runCommand(ftp, ['-H', '127.0.0.1', '-p', String(server.port), ...argv]);
    await gone;
    expect(server.received).toBe(said);
  });

  it('-v tells the dialogue as check_tcp does', async () => {
    expect(await check(full, '-v', '-w', '5', '-c', '10', '-j', '-E', '-s', 'HI\\n', '-e', 'zzz', '-e', '421')).toBe(
      "0 Using service FTP\nPort: PORT\nflags: 0x1e\nSend string: HI\n\nQuit string: QUIT\r\n\nserver_expect_count: 2\n\t0: zzz\n\t1: 421\nlooking for [zzz] anywhere in [421 Too many connections, try later\r\n]\ncouldn't find it\nlooking for [421] anywhere in [421 Too many connections, try later\r\n]\nfound it\nreceived 38 bytes from host\n#-raw-recv-------#\n421 Too many connections, try later\r\n\n#-raw-recv-------#\nFTP OK - T second response time on 127.0.0.1 port PORT|time=Ts;5.000000;10.000000;0.000000;10.000000\n",
    );
  });
});

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
    [[], 2, ''],
    [['-r', 'crit'], 2, ''],
    [['-r', 'warn'], 1, ''],
    [['-r', 'ok', '--reason-code'], 0, ''],
    [['--reason-code'], 2, ' [refused]'],
  ])('a refused connection with %j exits %i', async (argv, exitCode, code) => {
    const port = await closedPort();
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

describe('in a farm, where nobody gives -M,', () => {
  it.each([
    ['500 OOPS: vsftpd: cannot read config\r\n', 'CRITICAL', 'banner-mismatch'],
    ['421 Too many connections\r\n', 'WARNING', 'overloaded'],
    ['220 ready\r\n', 'OK', 'ok'],
  ])('%j is %s', async (greeting, status, code) => {
    await using server = await serve(saying(greeting));
    const outcome = await runCheck(
      { checker: ftp, target: { host: '127.0.0.1', port: server.port }, options: {} },
      { timeoutMs: 9_000, clock: new ManualClock() },
    );
    expect(outcome).toMatchObject({ status, code, facts: { banner: greeting.trimEnd() } });
  });
});

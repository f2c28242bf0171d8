import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import { runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { runCommand } from '../../plugin/run-command.ts';
import { check, closing, echoing, full, ok, ready, saying, unexpected } from './banner-line.ts';
import { serve } from './scripted-server.ts';

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
    [
      ['--reason-code', '-j'],
      closing('530 too many users\r\n'),
      '1 FTP WARNING - Unexpected response from host/socket on 127.0.0.1 port PORT [overloaded]|time=Ts;;;0.000000;10.000000\n',
    ],
    [
      ['-M', 'crit'],
      closing('530 too many users\r\n'),
      '2 FTP CRITICAL - Unexpected response from host/socket: 530 too many users|time=Ts;;;0.000000;10.000000\n',
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

describe('in a farm, where nobody gives -M,', () => {
  it.each([
    ['500 OOPS: vsftpd: cannot read config\r\n', 'CRITICAL', 'banner-mismatch'],
    ['421 Too many connections\r\n', 'WARNING', 'overloaded'],
    ['530 too many users\r\n', 'WARNING', 'overloaded'],
    ['530-Sorry\r\n530 Maximum number of clients reached\r\n', 'WARNING', 'overloaded'],
    ['530 Login with your certificate\r\n', 'CRITICAL', 'banner-mismatch'],
    ['500 too many users\r\n', 'CRITICAL', 'banner-mismatch'],
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

import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckOutcome, runCheck, Secret } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { type Answer, serveFtp } from './scripted-ftp.ts';
import { until } from './until.ts';

process.env['HOSTILE_TEST_PASSWORD'] = 'hunter2|';
const password = new Secret({ env: 'HOSTILE_TEST_PASSWORD' });
const login = { user: 'probe', password };
const sentinel = { file: 'a.txt', content: 'OK' };

const run = (port: number, options: FtpOptions, clock = new ManualClock()): Promise<CheckOutcome> =>
  runCheck({ checker: ftp, target: { host: '127.0.0.1', port }, options }, { timeoutMs: 9_000, clock });

/** Says words one byte at a time, each in a segment of its own as far as the system allows. */
const byteByByte = (words: string) => async (control: Socket) => {
  for (const byte of words) {
    control.write(byte);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
};

/** Talks for as long as somebody listens. */
const forever = (words: string) => (control: Socket) => {
  const flood = words.repeat(1_000);
  const talk = () => {
    while (control.writable && control.write(flood));
  };
  control.on('drain', talk);
  talk();
};

const epsvAt = (port: string) => ({ EPSV: `229 ok (|||${port}|)` });

describe('a server that', () => {
  it.each<[string, Record<string, Answer>, FtpOptions, object]>([
    ['behaves', {}, sentinel, { status: 'OK', code: 'ok' }],
    ['wants no password', { USER: '230 come in' }, { user: 'probe' }, { status: 'OK', code: 'ok' }],
    ['wants an account', { PASS: '332 account?' }, login, { code: 'auth-failed' }],
    ['knows no users', { USER: '530 anonymous only' }, login, { code: 'auth-failed' }],
    [
      'is full at login',
      { PASS: '530 Sorry, the maximum number of clients (10) for this user' },
      login,
      { status: 'WARNING', code: 'overloaded' },
    ],
    ['is full of users', { USER: '530 too many users' }, login, { status: 'WARNING', code: 'overloaded' }],
    ['is full all of a sudden', { TYPE: '421 shutting down' }, sentinel, { status: 'WARNING', code: 'overloaded' }],
    [
      'asks for the password again and again',
      { PASS: forever('331 again\r\n') },
      login,
      { status: 'CRITICAL', code: 'protocol' },
    ],
    [
      'greets without end',
      { greeting: forever('220-and so on\r\n') },
      sentinel,
      { status: 'CRITICAL', code: 'protocol' },
    ],
    [
      'greets with a line without end',
      { greeting: forever('220 and so on ') },
      sentinel,
      { status: 'CRITICAL', code: 'protocol' },
    ],
    ['has 120 first', { greeting: '120 in 5 minutes' }, sentinel, { code: 'banner-mismatch' }],
    [
      'is an SSH server',
      { greeting: 'SSH-2.0-OpenSSH_9.2p1' },
      sentinel,
      { code: 'banner-mismatch', summary: 'Unexpected response from host/socket: SSH-2.0-OpenSSH_9.2p1' },
    ],
    [
      'hangs up at login',
      { USER: (control) => void control.end() },
      login,
      { code: 'reset', summary: 'connection lost during login: closed by the server' },
    ],
    ['resets at login', { USER: (control) => void control.resetAndDestroy() }, login, { code: 'reset' }],
    ['has no binary transfers', { TYPE: '504 no' }, sentinel, { code: 'protocol' }],
    ['gives no port', { EPSV: '229 somewhere' }, sentinel, { code: 'protocol' }],
    ['gives port 0', epsvAt('0'), sentinel, { code: 'protocol' }],
    ['gives no such port', epsvAt('65536'), sentinel, { code: 'protocol' }],
    ['answers EPSV with 200', { EPSV: '200 yes' }, sentinel, { code: 'protocol' }],
    ['cannot do EPSV today', { EPSV: '425 not now' }, sentinel, { code: 'epsv-refused' }],
    ['refuses EPSV', { EPSV: '500 what?' }, sentinel, { status: 'OK', facts: { dataMode: 'pasv' } }],
    ['refuses both', { EPSV: '522 no', PASV: '502 no' }, sentinel, { code: 'pasv-refused' }],
    ['gives no address', { PASV: '227 somewhere' }, { ...sentinel, data: 'pasv' }, { code: 'protocol' }],
    ['gives a false address', { PASV: '227 (1,2,3,4,5,256)' }, { ...sentinel, data: 'pasv' }, { code: 'protocol' }],
    ['has no such file', { RETR: '550 Failed to open file.' }, sentinel, { code: 'file-missing' }],
    ['is busy with the file', { RETR: '450 busy' }, sentinel, { code: 'file-missing' }],
    ['keeps the file', { RETR: '550 Permission denied.' }, sentinel, { code: 'access-denied' }],
    ['keeps all files', { RETR: '530 not for you' }, sentinel, { code: 'access-denied' }],
    ['cannot open its side', { RETR: '425 no' }, sentinel, { code: 'data-refused' }],
    ['breaks off', { RETR: '426 aborted' }, sentinel, { code: 'transfer-incomplete' }],
    ['knows no RETR', { RETR: '502 what?' }, sentinel, { code: 'protocol' }],
    [
      'hangs up in the transfer',
      { RETR: (control) => void control.end('150 now\r\n') },
      sentinel,
      { code: 'transfer-incomplete' },
    ],
  ])('%s', async (_, answers, options, expected) => {
    const { greeting, ...others } = answers;
    await using server = await serveFtp(others, greeting === undefined ? {} : { greeting });
    expect(await run(server.port, options)).toMatchObject(expected);
  });

  it('never confirms the transfer is incomplete at the deadline', async () => {
    const clock = new ManualClock();
    let control: Socket | undefined;
    await using server = await serveFtp({
      TYPE: (socket) => {
        control = socket;
        socket.write('200 ok\r\n');
      },
      RETR: null,
    });
    const outcome = run(server.port, sentinel, clock);
    await until(() => server.received.includes('RETR'));
    control?.write('150 here\r\n');
    server.sendData();
    await server.dataSeen;
    await clock.advance(9_000);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code: 'transfer-incomplete' });
  });

  it('speaks in single bytes is understood', async () => {
    await using server = await serveFtp(
      {
        USER: byteByByte('331-one\r\n 331 two\r\n331 three\r\n'),
        PASS: byteByByte('230 in\r\n'),
        TYPE: byteByByte('200 ok\r\n'),
      },
      { greeting: byteByByte('220-a\r\n220 b\r\n') },
    );
    expect(await run(server.port, { ...login, ...sentinel })).toMatchObject({
      status: 'OK',
      facts: { banner: '220-a 220 b' },
    });
  });

  it.each(['USER', 'PASS', 'TYPE', 'EPSV', 'RETR'])(
    'echoes the password at %s does not make us print it',
    async (command) => {
      await using server = await serveFtp({ [command]: '500 Invalid command: PASS hunter2| \u001b[31m|x=1' });
      const outcome = await run(server.port, { ...login, ...sentinel, data: 'epsv' });
      expect(JSON.stringify(outcome)).not.toContain('hunter2');
      expect(outcome).toMatchObject({ summary: expect.stringContaining('PASS ***  [31m x=1') });
    },
  );

  it('does not answer QUIT is left after half a second', async () => {
    const clock = new ManualClock();
    await using server = await serveFtp({ QUIT: null });
    const gone = server.gone();
    const outcome = run(server.port, sentinel, clock);
    await until(() => server.received.endsWith('QUIT\r\n'));
    await clock.advance(500);
    expect(await outcome).toMatchObject({ status: 'OK' });
    await gone;
    expect(clock.timers).toBe(0);
  });

  it('sends more than maxBytes is cut off', async () => {
    await using server = await serveFtp({}, { content: 'x'.repeat(3_000_000) });
    expect(await run(server.port, { file: 'a.txt' })).toMatchObject({
      code: 'size-mismatch',
      summary: 'a.txt has more than 1048576 bytes',
    });
  });
});

it('a password with a line end is not sent', async () => {
  process.env['HOSTILE_TEST_LINES'] = 'a\r\nDELE b';
  await using server = await serveFtp();
  const outcome = await run(server.port, { user: 'probe', password: new Secret({ env: 'HOSTILE_TEST_LINES' }) });
  expect(outcome).toMatchObject({ status: 'UNKNOWN', code: 'local-fault' });
  expect(server.received).toBe('');
});

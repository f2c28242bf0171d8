import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckOutcome, runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { type Answer, serveFtp } from './scripted-ftp.ts';
import { until } from './until.ts';

const file: FtpOptions = { file: 'a.txt', content: 'OK' };
const folder: FtpOptions = { upload: '/in' };

const run = (port: number, options: FtpOptions, clock = new ManualClock()): Promise<CheckOutcome> =>
  runCheck({ checker: ftp, target: { host: '127.0.0.1', port }, options }, { timeoutMs: 9_000, clock });

/** Says its lines on the control connection once something has happened on the data connection. */
const closing =
  (happen: (data: Socket) => void, ...lines: readonly string[]): Answer =>
  (control, data) =>
    void data.then((socket) => {
      socket.on('close', () => control.write(lines.map((line) => `${line}\r\n`).join('')));
      happen(socket);
    });

/** Says its lines first. */
const saying =
  (happen: (data: Socket) => void, ...lines: readonly string[]): Answer =>
  (control, data) => {
    control.write(lines.map((line) => `${line}\r\n`).join(''), () => void data.then(happen));
  };

const serveFile = (data: Socket) => void data.end('OK\n');
const reset = (data: Socket) => void data.resetAndDestroy();
const resetInTheMiddle = (data: Socket) => void data.write('O', () => data.resetAndDestroy());
const nothing = () => {};

describe('a transfer', () => {
  it.each<[string, Answer, object]>([
    [
      'is confirmed before the data comes',
      saying(serveFile, '150 now', '226 done'),
      { code: 'ok', facts: { size: 3 } },
    ],
    [
      'begins and ends after the data came',
      closing(serveFile, '150 now', '226 done'),
      { code: 'ok', facts: { size: 3 } },
    ],
    ['is confirmed with 250', saying(serveFile, '125 open', '250 done'), { code: 'ok' }],
    ['is announced twice', saying(serveFile, '150 now', '150 really', '226 done'), { code: 'ok', facts: { size: 3 } }],
    ['is confirmed without having begun', saying(serveFile, '226 done'), { status: 'CRITICAL', code: 'protocol' }],
    ['is confirmed with 200', saying(serveFile, '150 now', '200 done'), { status: 'CRITICAL', code: 'protocol' }],
    ['asks for more', saying(serveFile, '350 and now?'), { status: 'CRITICAL', code: 'protocol' }],
    [
      'is refused while the data connection breaks',
      closing(reset, '550 no such file'),
      { code: 'file-missing', summary: 'no a.txt: 550 no such file' },
    ],
    [
      'breaks, and the server says so',
      closing(resetInTheMiddle, '150 now', '426 broken pipe'),
      { code: 'transfer-incomplete', summary: 'transfer of a.txt broke off: 426 broken pipe' },
    ],
    [
      'ends early, and the server says so',
      closing((data) => void data.end('O'), '150 now', '451 disk error'),
      { code: 'transfer-incomplete', summary: 'transfer of a.txt broke off: 451 disk error' },
    ],
    [
      'breaks, and the server does not notice',
      closing(reset, '150 now', '226 done'),
      { code: 'transfer-incomplete', summary: 'transfer of a.txt broke off: the data connection was cut' },
    ],
    [
      'loses its control connection',
      (control) => void control.end('150 now\r\n'),
      { code: 'transfer-incomplete', summary: 'transfer of a.txt broke off: connection lost' },
    ],
    ['is too much', saying(serveFile, '150 now', '452 disk full'), { code: 'disk-full' }],
    ['may not be without TLS', saying(nothing, '521 PROT P first'), { code: 'tls-required' }],
  ])('that %s', async (_, RETR, expected) => {
    await using server = await serveFtp({ RETR });
    expect(await run(server.port, file)).toMatchObject(expected);
  });

  it.each<[string, Answer, string]>([
    ['is refused', saying(nothing, '550 read-only'), 'access-denied'],
    ['has no room', saying(nothing, '552 quota'), 'disk-full'],
    ['has no room any more', saying(nothing, '150 go', '452 full'), 'disk-full'],
    ['cannot write', saying(nothing, '150 go', '451 Failure writing to local file.'), 'disk-full'],
    ['breaks', saying(reset, '150 go', '426 lost you'), 'transfer-incomplete'],
    ['is confirmed before it began', saying(nothing, '226 done'), 'protocol'],
  ])('to the server that %s', async (_, STOR, code) => {
    await using server = await serveFtp({ STOR, DELE: '250 gone' });
    expect(await run(server.port, folder)).toMatchObject({ status: 'CRITICAL', code });
  });

  it('sends nothing before the server says that it may', async () => {
    let sent = 0;
    const count = (data: Socket) =>
      data.on('data', (bytes) => {
        sent += bytes.length;
      });
    await using server = await serveFtp({
      STOR: (control, data) => void data.then((socket) => count(socket) && control.write('553 not here\r\n')),
      DELE: '550 what?',
    });
    await run(server.port, folder);
    await server.dataSeen;
    expect(sent).toBe(0);
  });

  it.each<[string, Answer, string]>([
    ['never comes', saying(nothing, '150 now', '226 done'), 'data-timeout'],
    ['never ends', saying((data) => void data.write('OK'), '150 now', '226 done'), 'data-timeout'],
    ['breaks and is never heard of again', saying(reset, '150 now'), 'transfer-incomplete'],
  ])('whose data %s ends at the deadline', async (_, answer, code) => {
    const clock = new ManualClock();
    let broken = false;
    await using server = await serveFtp({
      RETR: (control, data) => {
        if (typeof answer === 'function') answer(control, data);
        void data.then((socket) =>
          socket.once('close', () => {
            broken = true;
          }),
        );
      },
    });
    const outcome = run(server.port, file, clock);
    await until(() => server.received.includes('RETR'));
    if (code === 'transfer-incomplete') await until(() => broken);
    await clock.advance(9_000);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code });
    expect(clock.timers).toBe(0);
  });

  it('that is cut off because the file is too large leaves a control connection that is still good', async () => {
    await using server = await serveFtp({
      RETR: (control, data) => {
        control.write('150 now\r\n');
        void data.then((socket) => {
          socket.once('close', () => control.write('426 you hung up\r\n'));
          socket.end('x'.repeat(5_000_000));
        });
      },
    });
    expect(await run(server.port, file)).toMatchObject({ code: 'size-mismatch' });
    expect(server.received).toMatch(/QUIT\r\n$/);
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckOutcome, runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { createFtpServer, type FtpFault } from '../../../src/testkit/index.ts';
import { freePort } from '../../free-port.ts';
import { serveFtp } from './scripted-ftp.ts';

const sentinel: FtpOptions = { file: 'sentinel.txt', content: 'OK' };

const run = (port: number, options: FtpOptions): Promise<CheckOutcome> =>
  runCheck(
    { checker: ftp, target: { host: '127.0.0.1', port }, options },
    { timeoutMs: 9_000, clock: new ManualClock() },
  );

const passiveReply = (address: string, port: number): string =>
  `227 Entering Passive Mode (${address.replaceAll('.', ',')},${port >> 8},${port & 255})`;

describe('passive mode', () => {
  it.each<[FtpFault[], FtpOptions, object]>([
    [[], {}, { code: 'ok', facts: { dataMode: 'epsv' } }],
    [['epsv-refused'], {}, { code: 'ok', facts: { dataMode: 'pasv', pasvAddress: '127.0.0.1' } }],
    [[], { data: 'pasv' }, { code: 'ok', facts: { dataMode: 'pasv' } }],
    [[], { pasvAddress: ['control'] }, { code: 'ok', facts: { dataMode: 'pasv' } }],
    [[], { pasvAddress: ['192.0.2.9', '127.0.0.1'] }, { code: 'ok' }],
    [[], { pasvPorts: '1024-65535' }, { code: 'ok' }],
    [['pasv-elsewhere'], { pasvAddress: ['192.0.2.1'] }, { code: 'ok', facts: { pasvAddress: '192.0.2.1' } }],
    [
      ['pasv-elsewhere'],
      { pasvAddress: ['control', '192.0.2.9'] },
      {
        status: 'CRITICAL',
        code: 'pasv-address',
        summary: 'PASV advertises 192.0.2.1, not 127.0.0.1 or 192.0.2.9',
        remedy: expect.stringContaining('MasqueradeAddress'),
        facts: { dataMode: 'pasv', pasvAddress: '192.0.2.1' },
      },
    ],
    [
      [],
      { pasvPorts: '1-2' },
      {
        status: 'CRITICAL',
        code: 'pasv-port-range',
        summary: expect.stringMatching(/^EPSV advertises port \d+, outside 1-2$/),
      },
    ],
    [
      [],
      { data: 'pasv', pasvPorts: '1-2' },
      { code: 'pasv-port-range', summary: expect.stringMatching(/^PASV advertises port \d+, outside 1-2$/) },
    ],
  ])('with faults %j and options %j ends as it should', async (faults, options, expected) => {
    await using server = await createFtpServer({ files: { '/sentinel.txt': 'OK\n' } });
    for (const fault of faults) await server.inject(fault);
    expect(await run(server.port, { ...sentinel, ...options })).toMatchObject(expected);
  });

  it.each([
    [0, 0, 'data-refused'],
    [-9, 9, 'data-refused'],
    [1, 9, 'pasv-port-range'],
    [-9, -1, 'pasv-port-range'],
  ])('to a port that the range starts %s and ends %s from ends %s', async (start, end, code) => {
    const port = await freePort();
    await using server = await serveFtp({ EPSV: `229 ok (|||${port}|)` });
    const pasvPorts = `${port + start}-${Math.min(port + end, 65_535)}`;
    expect(await run(server.port, { ...sentinel, pasvPorts })).toMatchObject({ code });
  });

  it('does not fall back to PASV after a failed data connection', async () => {
    const nobody = await freePort();
    await using server = await serveFtp({ EPSV: `229 ok (|||${nobody}|)` });
    expect(await run(server.port, sentinel)).toMatchObject({ code: 'data-refused' });
    expect(server.received).not.toContain('PASV');
  });
});

/** Somebody else, on 127.0.0.2, who must not be called unless allowed. */
const openTrap = async () => {
  let calls = 0;
  const trap = createServer((socket) => {
    calls++;
    socket.on('error', () => {});
    socket.end('OK\n');
  });
  trap.listen(0, '127.0.0.2');
  await once(trap, 'listening');
  return {
    port: (trap.address() as AddressInfo).port,
    get calls() {
      return calls;
    },
    [Symbol.dispose]: () => void trap.close(),
  };
};

describe('an address that PASV advertises', () => {
  it.each<[FtpOptions, string, number]>([
    [{ data: 'pasv' }, 'data-refused', 0],
    [{ pasvAddress: ['127.0.0.2'] }, 'data-refused', 0],
    [{ pasvAddress: ['control'], pasvFollow: true }, 'pasv-address', 0],
    [{ pasvAddress: ['127.0.0.3'], pasvFollow: true }, 'pasv-address', 0],
    [{ pasvAddress: ['127.0.0.2'], pasvFollow: true }, 'ok', 1],
    [{ pasvAddress: ['127.0.0.2'], pasvFollow: false }, 'data-refused', 0],
  ])('with options %j ends %s and is called %s times', async (options, code, calls) => {
    using trap = await openTrap();
    await using server = await serveFtp({
      PASV: passiveReply('127.0.0.2', trap.port),
      RETR: (control) => void control.write('150 now\r\n226 done\r\n'),
    });
    expect(await run(server.port, { ...sentinel, ...options })).toMatchObject({ code });
    expect(trap.calls).toBe(calls);
  });

  it('is not dialled even where nothing is expected of it and EPSV is refused', async () => {
    using trap = await openTrap();
    await using server = await serveFtp({ EPSV: '500 what?', PASV: passiveReply('127.0.0.2', trap.port) });
    expect(await run(server.port, sentinel)).toMatchObject({ code: 'data-refused' });
    expect(trap.calls).toBe(0);
  });
});

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { eprtArgument, portArgument } from '../../../checks/ftp/announce.ts';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckOutcome, type RunOptions, runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { createFtpServer, type FtpFault, type FtpServerOptions } from '../../../src/testkit/index.ts';
import { freePort } from '../../free-port.ts';
import { type ScriptedFtp, serveFtp } from './scripted-ftp.ts';
import { until } from './until.ts';

const farm: FtpServerOptions = { files: { '/sentinel.txt': 'OK\n' } };
const sentinel: FtpOptions = { file: 'sentinel.txt', content: 'OK', data: 'active' };

const run = (
  port: number,
  options: FtpOptions,
  host = '127.0.0.1',
  { clock = new ManualClock(), transcript }: Partial<RunOptions> = {},
): Promise<CheckOutcome> =>
  runCheck({ checker: ftp, target: { host, port }, options }, { timeoutMs: 9_000, clock, transcript });

/** Runs against a test server with faults. */
const runWith = async (
  faults: readonly FtpFault[],
  options: FtpOptions,
  server: FtpServerOptions = {},
): Promise<CheckOutcome> => {
  await using ftpServer = await createFtpServer({ ...farm, ...server });
  for (const fault of faults) await ftpServer.inject(fault);
  return await run(ftpServer.port, options, server.host);
};

it.each([
  [portArgument('192.0.2.1', 50_021), '192,0,2,1,195,101'],
  [eprtArgument('192.0.2.1', 21), '|1|192.0.2.1|21|'],
  [eprtArgument('2001:db8::1', 50_021), '|2|2001:db8::1|50021|'],
])('announces %s', (argument, expected) => {
  expect(argument).toBe(expected);
});

describe('active mode', () => {
  it.each<[NonNullable<FtpOptions['data']>, string, string, string]>([
    ['active', '127.0.0.1', 'PORT', 'port'],
    ['port', '127.0.0.1', 'PORT', 'port'],
    ['eprt', '127.0.0.1', 'EPRT', 'eprt'],
    ['active', '::1', 'EPRT', 'eprt'],
    ['eprt', '::1', 'EPRT', 'eprt'],
  ])('of data %s on %s says %s', async (data, host, command, dataMode) => {
    await using server = await createFtpServer({ ...farm, host });
    expect(await run(server.port, { ...sentinel, data }, host)).toMatchObject({
      status: 'OK',
      steps: ['connect', 'greeting', 'login', 'features', 'data', 'transfer', 'content', 'quit'].map((name) => ({
        name,
      })),
      facts: { dataMode, dataPort: expect.any(Number), activePeer: host, activePort: expect.any(Number), size: 3 },
    });
    expect(server.dialogue.filter((line) => line.startsWith(command))).toHaveLength(1);
  });

  it('cannot say PORT over IPv6', async () => {
    expect(await runWith([], { ...sentinel, data: 'port' }, { host: '::1' })).toMatchObject({
      status: 'UNKNOWN',
      code: 'local-fault',
      summary: 'PORT cannot announce ::1',
    });
  });

  it('stores and reads back too', async () => {
    await using server = await createFtpServer({ files: { '/in/a': '' } });
    expect(await run(server.port, { upload: '/in', data: 'active' })).toMatchObject({ status: 'OK' });
  });

  it('makes a connection of its own for each transfer', async () => {
    await using server = await createFtpServer(farm);
    expect(await run(server.port, { ...sentinel, transfers: 5 })).toMatchObject({ status: 'OK' });
    const announced = server.dialogue.filter((line) => line.startsWith('PORT'));
    expect(announced).toHaveLength(5);
  });

  it('is refused', async () => {
    expect(await runWith(['active-refused'], sentinel)).toMatchObject({
      status: 'CRITICAL',
      code: 'port-refused',
      summary: 'PORT refused: 500 Illegal PORT command.',
    });
  });

  it('still takes the right call after one from elsewhere, which it reports', async () => {
    expect(await runWith(['active-wrong-source'], sentinel)).toMatchObject({
      status: 'OK',
      facts: { activePeer: '127.0.0.1', activeStrangers: [expect.stringMatching(/^127\.0\.0\.2 port \d+$/)] },
    });
  });

  it.each<[FtpFault[], FtpOptions, string, string]>([
    [['active-silence'], {}, 'active-no-connect', 'stuck at data'],
    [['active-wrong-source', 'active-silence'], {}, 'active-source', 'data connection came from 127.0.0.2 port'],
    [[], { activeSource: '192.0.2.7' }, 'active-source', 'not from 192.0.2.7'],
  ])('with faults %j and options %j ends %s at the deadline', async (faults, options, code, summary) => {
    await using server = await createFtpServer(farm);
    for (const fault of faults) await server.inject(fault);
    const clock = new ManualClock();
    const events: string[] = [];
    const transcript = (line: string) => void events.push(line);
    const outcome = run(server.port, { ...sentinel, ...options }, '127.0.0.1', { clock, transcript });
    await server.received(/^RETR/);
    if (code === 'active-source') await until(() => events.some((line) => line.includes('closed: it is not')));
    await clock.advance(9_000);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code, summary: expect.stringContaining(summary) });
    expect(clock.timers).toBe(0);
  });

  it('knows the port of the call', async () => {
    const activeSourcePort = await freePort();
    const options = { ...sentinel, activeSourcePort };
    expect(await runWith([], options, { activeSourcePort })).toMatchObject({
      status: 'OK',
      facts: { activePort: activeSourcePort },
    });
    expect(await runWith([], { ...sentinel, activeSourcePort: 20 })).toMatchObject({
      status: 'CRITICAL',
      code: 'active-source-port',
      summary: expect.stringMatching(/^data connection came from port \d+, not 20$/),
      facts: { dataMode: 'port', activePeer: '127.0.0.1', activePort: expect.any(Number) },
    });
  });
});

/** Where a PORT command wants to be called. */
const toldBy = (received: string): { host: string; port: number } => {
  const numbers = /PORT ([\d,]+)\r\n/.exec(received)?.[1]?.split(',').map(Number) ?? [];
  const [high = 0, low = 0] = numbers.slice(4);
  return { host: numbers.slice(0, 4).join('.'), port: high * 256 + low };
};

/** An FTP server that answers RETR as told; what it is told to call is looked up at that moment. */
const serveActive = async (retrieve: (call: { host: string; port: number }, control: Socket) => void) => {
  const server: ScriptedFtp = await serveFtp({
    PORT: '200 fine',
    RETR: (control) => retrieve(toldBy(server.received), control),
  });
  return server;
};

describe('a server in active mode that', () => {
  it.each([
    ['226 done', 'active-source'],
    ['426 you hung up', 'active-source'],
    ['425 cannot', 'active-source'],
    ['550 no such file', 'file-missing'],
  ])('calls from elsewhere and then says %j ends %s without waiting for the deadline', async (reply, code) => {
    const clock = new ManualClock();
    await using server = await serveActive((call, control) => {
      const stranger = connect({ ...call, localAddress: '127.0.0.2' });
      stranger.on('error', () => {});
      stranger.resume().once('close', () => control.write(`150 now\r\n${reply}\r\n`));
    });
    const outcome = run(server.port, sentinel, '127.0.0.1', { clock });
    if (code === 'active-source') {
      await until(() => clock.timers === 2);
      await clock.advance(500);
    }
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code });
  });

  it('cannot reach us', async () => {
    await using server = await serveActive((_, control) => control.write('425 Connection refused\r\n'));
    expect(await run(server.port, sentinel)).toMatchObject({ code: 'data-refused' });
  });

  it('has no such file need not call', async () => {
    await using server = await serveActive((_, control) => control.write('550 no such file\r\n'));
    expect(await run(server.port, sentinel)).toMatchObject({ code: 'file-missing' });
  });

  it('calls from another address of its own is right if we know that', async () => {
    await using server = await serveActive((call, control) => {
      control.write('150 now\r\n');
      connect({ ...call, localAddress: '127.0.0.2' }).end('OK\n', () => control.write('226 done\r\n'));
    });
    expect(await run(server.port, { ...sentinel, activeSource: '127.0.0.2' })).toMatchObject({
      status: 'OK',
      facts: { activePeer: '127.0.0.2' },
    });
  });

  it('calls twice is heard once', async () => {
    let second = '';
    await using server = await serveActive((call, control) => {
      control.write('150 now\r\n');
      const first = connect(call, () => {
        const again = connect(call);
        again.on('error', () => {});
        again.once('close', () => {
          second = 'closed';
          first.end('OK\n', () => control.write('226 done\r\n'));
        });
        again.resume();
      });
    });
    expect(await run(server.port, sentinel)).toMatchObject({ status: 'OK', facts: { size: 3 } });
    expect(second).toBe('closed');
  });
});

describe('the listener of active mode', () => {
  it('takes the first free port of its range, and gives it back', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await using server = await createFtpServer(farm);
    const bind = (highest: number) => ({ ...sentinel, activeBind: `127.0.0.1:${port}-${highest}` });
    expect(await run(server.port, bind(port))).toMatchObject({
      status: 'UNKNOWN',
      code: 'local-fault',
      summary: `no free port from ${port} to ${port} to listen on for the data connection`,
    });
    taken.close();
    await once(taken, 'close');
    for (const _ of [1, 2])
      expect(await run(server.port, bind(port))).toMatchObject({ status: 'OK', facts: { dataPort: port } });
  });

  it('is closed whatever happens', async () => {
    let told = { host: '', port: 0 };
    await using server = await serveActive((call, control) => {
      told = call;
      control.write('550 no such file\r\n');
    });
    await run(server.port, sentinel);
    const late = connect(told);
    const [error] = await once(late, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('on every address of IPv6 hears IPv4 as well, and knows who calls', async () => {
    expect(await runWith([], { ...sentinel, activeBind: '::' })).toMatchObject({
      status: 'OK',
      facts: { dataMode: 'port', activePeer: '127.0.0.1' },
    });
  });

  it('can only be where this machine is', async () => {
    expect(await runWith([], { ...sentinel, activeBind: '192.0.2.1' })).toMatchObject({
      status: 'UNKNOWN',
      code: 'local-fault',
      summary: 'cannot listen on 192.0.2.1 for the data connection: Cannot assign requested address',
    });
  });

  it.each<[FtpOptions, string]>([
    [{ activeBind: '127.0.0.2' }, '127.0.0.2'],
    [{ activeBind: '0.0.0.0' }, '127.0.0.1'],
    [{ activeBind: '127.0.0.2', activeAddress: '192.0.2.9' }, '192.0.2.9'],
    [{ activeAddress: '127.0.0.3', activeBind: '0.0.0.0' }, '127.0.0.3'],
  ])('with options %j announces %s', async (options, address) => {
    let told = '';
    await using server = await serveActive((call, control) => {
      told = call.host;
      control.write('550 no such file\r\n');
    });
    await run(server.port, { ...sentinel, ...options });
    expect(told).toBe(address);
  });
});

import { createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { createFtpServer, type FtpServer, type FtpServerOptions } from '../../src/testkit/index.ts';
import { listening } from '../listening.ts';
import { files, logInByHand, users } from './ftp-clients.ts';

/** A client that listens, and keeps who calls, and what they say, in the order of their calls. */
const listen = async (options: FtpServerOptions = {}) => {
  const server: FtpServer = await createFtpServer({ users, files, ...options });
  const client = await logInByHand(server);
  const calls: { readonly from: string | undefined; readonly fromPort: number | undefined; said: string }[] = [];
  const listener = createServer((socket) => {
    const call = { from: socket.remoteAddress, fromPort: socket.remotePort, said: '' };
    calls.push(call);
    socket.setEncoding('latin1').on('data', (text) => {
      call.said += text;
    });
  });
  const { port, [Symbol.asyncDispose]: end } = await listening(listener, { port: 0, host: server.host });
  return {
    server,
    client,
    calls,
    port,
    asPort: `127,0,0,1,${port >> 8},${port & 255}`,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await end();
      await server.close();
    },
  };
};

describe('an FTP server in active mode', () => {
  it.each<[string, FtpServerOptions, (port: number) => string]>([
    ['PORT', {}, (port) => `PORT 127,0,0,1,${port >> 8},${port & 255}`],
    ['EPRT', {}, (port) => `EPRT |1|127.0.0.1|${port}|`],
    ['EPRT with another delimiter', {}, (port) => `EPRT !1!127.0.0.1!${port}!`],
    ['EPRT over IPv6', { host: '::1' }, (port) => `EPRT |2|::1|${port}|`],
  ])('calls where %s says', async (_, options, command) => {
    await using session = await listen(options);
    const { client, calls, server } = session;
    client.send(command(session.port));
    await client.says(/^200 .* successful/m);
    expect(calls).toEqual([]);
    client.send('RETR sentinel.txt');
    expect(await client.says(/^226 /m)).toMatch(/^150 /m);
    await vi.waitFor(() => expect(calls).toMatchObject([{ from: server.host, said: 'OK\n' }]));
  });

  it('calls once, and takes an upload', async () => {
    await using session = await listen();
    const { client } = session;
    client.send(`PORT ${session.asPort}\r\nRETR sentinel.txt`);
    await client.says(/^226 /m);
    client.send('RETR sentinel.txt');
    await client.says(/^425 /m);
    await vi.waitFor(() => expect(session.calls).toHaveLength(1));
  });

  it('calls from the port it was told to', async () => {
    await using taken = await listen();
    const activeSourcePort = taken.port;
    await taken[Symbol.asyncDispose]();
    await using session = await listen({ activeSourcePort });
    session.client.send(`PORT ${session.asPort}\r\nRETR sentinel.txt`);
    await session.client.says(/^226 /m);
    await vi.waitFor(() => expect(session.calls).toMatchObject([{ fromPort: activeSourcePort }]));
  });

  it.each([
    'PORT 10,0,0,1,4,1',
    'PORT 127,0,0,2,4,1',
    'PORT 127,0,0,1,0,0',
    'PORT 127,0,0,1,4',
    'PORT 127,0,0,1,256,1',
    'PORT',
    'EPRT |1|10.0.0.1|1025|',
    'EPRT |2|127.0.0.1|1025|',
    'EPRT |1|127.0.0.1|65536|',
    'EPRT |1|127.0.0.1|1025',
    'EPRT 127.0.0.1',
  ])('refuses %s', async (command) => {
    await using session = await listen();
    session.client.send(`${command}\r\nRETR sentinel.txt`);
    expect(await session.client.says(/^425 /m)).toMatch(/^500 Illegal (?:PORT|EPRT) command\.\r\n/m);
  });

  it('says 425 where nobody listens', async () => {
    await using session = await listen();
    const [port] = [session.port];
    await using other = await listen();
    await session[Symbol.asyncDispose]();
    other.client.send(`EPRT |1|127.0.0.1|${port}|\r\nRETR sentinel.txt`);
    await other.client.says(/^425 /m);
  });

  it('active-refused: neither PORT nor EPRT', async () => {
    await using session = await listen();
    await session.server.inject('active-refused');
    session.client.send(`PORT ${session.asPort}\r\nEPRT |1|127.0.0.1|${session.port}|\r\nNOOP`);
    expect(await session.client.says(/^200 NOOP/m)).toMatch(/^500 .*PORT.*\r\n500 .*EPRT/m);
  });

  it('active-silence: says nothing, calls nobody, and ends with the client', async () => {
    await using session = await listen();
    const { client, server } = session;
    await server.inject('active-silence');
    client.send(`PORT ${session.asPort}`);
    await client.says(/^200 PORT/m);
    const before = client.said;
    client.send('RETR sentinel.txt\r\nNOOP');
    await server.received('NOOP');
    client.socket.end();
    expect(await client.ended).toBe('end');
    expect(session.calls).toEqual([]);
    expect(client.said.slice(before.length)).not.toMatch(/^(?:150|226)/m);
  });

  it('active-wrong-source: a stranger first, then the server', async () => {
    await using session = await listen();
    await session.server.inject('active-wrong-source');
    session.client.send(`PORT ${session.asPort}\r\nRETR sentinel.txt`);
    await session.client.says(/^226 /m);
    await vi.waitFor(() =>
      expect(session.calls).toMatchObject([
        { from: '127.0.0.2', said: '' },
        { from: '127.0.0.1', said: 'OK\n' },
      ]),
    );
  });

  it('active-wrong-source with active-silence: only the stranger', async () => {
    await using session = await listen();
    const { client, server, calls } = session;
    await server.inject('active-wrong-source');
    await server.inject('active-silence');
    client.send(`PORT ${session.asPort}\r\nRETR sentinel.txt`);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    client.socket.end();
    await client.ended;
    expect(calls).toMatchObject([{ from: '127.0.0.2', said: '' }]);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { createFtpServer, createSshServer, createTftpServer, type TestServer } from '../../src/testkit/index.ts';
import { RawClient } from './raw-client.ts';
import { TftpProbe } from './tftp-probe.ts';

/** What a client makes of the server: `up`, or why not. */
type Look = (server: TestServer<string>) => Promise<string>;

const lookByTcp =
  (greeting: RegExp): Look =>
  async (server) => {
    using client = new RawClient(server);
    return await Promise.race([client.says(greeting).then(() => 'up'), client.ended]);
  };

const lookByTftp: Look = async (server) => {
  await using probe = await TftpProbe.to(server);
  return await probe.request('some-file').then(
    () => 'up',
    (error: NodeJS.ErrnoException) => String(error.code),
  );
};

const kinds: { name: string; create: (port?: number) => Promise<TestServer<string>>; look: Look }[] = [
  {
    name: 'FTP',
    create: (port = 0) => createFtpServer({ port }),
    look: lookByTcp(/^220 .*\r\n/),
  },
  {
    name: 'SSH',
    create: (port = 0) => createSshServer({ port }),
    look: lookByTcp(/^SSH-2\.0-.*\r\n/),
  },
  {
    name: 'TFTP',
    create: (port = 0) => createTftpServer({ port }),
    look: lookByTftp,
  },
];

const openSockets = () => process.getActiveResourcesInfo().filter((name) => /TCP|UDP/.test(name)).length;

/** Waits until no more are open than before: the process runs other tests, too, whose sockets may be closing yet. */
const allClosed = (before: number) =>
  vi.waitFor(() => expect(openSockets()).toBeLessThanOrEqual(before), { timeout: 5_000 });

describe.each(kinds)('every test server: $name', ({ create, look }) => {
  it('listens on a free port of the loopback address and starts without faults', async () => {
    await using server = await create();
    expect(server.host).toBe('127.0.0.1');
    expect(server.port).toBeGreaterThan(0);
    expect([...server.faults]).toEqual([]);
    expect(await look(server)).toBe('up');
  });

  it('refuses while told to, and answers again on the same port', async () => {
    await using server = await create();
    const { port } = server;
    for (let round = 0; round < 3; round++) {
      await server.inject('refuse');
      expect(await look(server)).toBe('ECONNREFUSED');
      expect(await look(server)).toBe('ECONNREFUSED');
      await server.heal('refuse');
      expect(server.port).toBe(port);
      expect(await look(server)).toBe('up');
    }
  });

  it('counts who came', async () => {
    await using server = await create();
    await look(server);
    await look(server);
    expect(server.connections).toBe(2);
  });

  it('knows several faults at once, heals one, then all', async () => {
    await using server = await create();
    await Promise.all([server.inject('refuse'), server.inject('missing-file'), server.inject('wrong-content')]);
    expect([...server.faults].sort()).toEqual(['missing-file', 'refuse', 'wrong-content']);
    await server.heal('missing-file');
    expect([...server.faults].sort()).toEqual(['refuse', 'wrong-content']);
    await server.heal();
    expect([...server.faults]).toEqual([]);
    expect(await look(server)).toBe('up');
  });

  it('rejects a fault it does not know, and names those it knows', async () => {
    await using server = await create();
    await expect(server.inject('earthquake')).rejects.toThrow(/unknown fault earthquake; there are: refuse .*silence/);
    expect([...server.faults]).toEqual([]);
  });

  it('closes once and for all, even while it refuses', async () => {
    const server = await create();
    await server.inject('refuse');
    await server.close();
    await server.close();
    await expect(server.heal()).rejects.toThrow('the server is closed');
    expect(await look(server)).toBe('ECONNREFUSED');
    await using successor = await create(server.port);
    expect(await look(successor)).toBe('up');
  });

  it('tells those who wait for a line that none will come', async () => {
    const server = await create();
    const never = expect(server.received('never said')).rejects.toThrow('closed without having received never said');
    await server.close();
    await never;
  });

  it('cannot start on a port that is taken, and leaves nothing behind when it tries', async () => {
    const before = openSockets();
    const server = await create();
    await expect(create(server.port)).rejects.toThrow('EADDRINUSE');
    await server.close();
    await allClosed(before);
  });

  it('leaves no socket open', async () => {
    const before = openSockets();
    const server = await create();
    await look(server);
    expect(openSockets()).toBeGreaterThan(0);
    await server.inject('silence');
    await server.inject('refuse');
    await server.heal();
    await look(server);
    await server.close();
    await allClosed(before);
  });
});

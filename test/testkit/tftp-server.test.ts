import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import tftp from 'tftp';
import { describe, expect, it, vi } from 'vitest';
import { createTftpServer, ManualClock } from '../../src/testkit/index.ts';
import { files, start } from './tftp-session.ts';

describe('a healthy TFTP server', () => {
  it.each([
    ['sentinel.txt', 'OK\n'],
    ['/sentinel.txt', 'OK\n'],
    ['pub/big.bin', files['pub/big.bin']],
    ['empty', ''],
    ['one-block', files['one-block']],
  ])('gives %s', async (path, content) => {
    await using session = await start();
    expect(await session.probe.fetch(path)).toEqual(Buffer.from(content));
  });

  it('answers from a port of its own for each transfer, at the address that was asked', async () => {
    await using session = await start();
    const { server, probe } = session;
    const first = await probe.request('sentinel.txt');
    const second = await probe.request('sentinel.txt');
    expect([first.from.address, second.from.address]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(new Set([server.port, first.from.port, second.from.port]).size).toBe(3);
  });

  it('negotiates options', async () => {
    await using session = await start();
    const offer = await session.probe.request('pub/big.bin', 'blksize', '1024', 'tsize', '0');
    expect([offer.type, offer.bytes.toString('latin1', 2)]).toEqual([6, 'blksize\0' + '1024\0tsize\0' + '5000\0']);
    const block = session.probe.answer();
    session.probe.acknowledge(0, offer);
    expect(await block).toMatchObject({ type: 3, number: 1 });
    expect((await block).bytes).toHaveLength(1_028);
  });

  it('serves the client of the tftp package', async () => {
    await using session = await start();
    const { host, port } = session.server;
    const client = tftp.createClient({ host, port });
    // The package's stream closes before it ends, so it is not read directly.
    const content = await buffer(client.createGetStream('pub/big.bin').pipe(new PassThrough()));
    expect(content).toEqual(Buffer.from(files['pub/big.bin']));
  });

  it.each([
    ['an absent file', '\0\x01absent\0octet\0', 1, 'File not found'],
    ['a folder', '\0\x01pub/\0octet\0', 1, 'File not found'],
    ['a path above the root', '\0\x01../secret\0octet\0', 0, 'Invalid filename'],
    ['an unknown mode', '\0\x01sentinel.txt\0telepathy\0', 0, 'Invalid transfer mode'],
    ['a write', '\0\x02sentinel.txt\0octet\0', 0, 'Cannot PUT files'],
    ['an acknowledgement out of the blue', '\0\x04\0\x01\0\0\0\0\0\0', 4, 'Illegal TFTP operation'],
    ['three bytes', '\0\x01x', 0, 'Malformed TFTP message'],
  ])('answers %s with an ERROR', async (_, request, code, text) => {
    await using session = await start();
    const answer = session.probe.answer();
    session.probe.send(request);
    expect(await answer).toMatchObject({ type: 5, number: code, text });
  });

  it('serves files that were changed while it runs', async () => {
    await using session = await start();
    session.server.files.set('sentinel.txt', 'new\n');
    expect(String(await session.probe.fetch('sentinel.txt'))).toBe('new\n');
  });

  it('notes what it received: requests, acknowledgements, errors', async () => {
    await using session = await start();
    const { server, probe } = session;
    const block = await probe.request('sentinel.txt', 'blksize', '512');
    probe.acknowledge(0, block);
    probe.refuse(5, 'wrong port', block);
    await server.received('ERROR 5 wrong port');
    expect(server.dialogue).toEqual(['RRQ sentinel.txt octet blksize 512', 'ACK 0', 'ERROR 5 wrong port']);
    expect(server.connections).toBe(1);
  });

  it('frees the sockets of a transfer that is over', async () => {
    const clock = new ManualClock();
    await using session = await start({ files, clock });
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('UDP')).length;
    const before = sockets();
    await session.probe.fetch('sentinel.txt');
    await expect(session.probe.fetch('absent')).rejects.toThrow('ERROR 1 File not found');
    // The package tells the end of the good transfer; only then is there a timer to wait for.
    await vi.waitFor(() => expect(clock.timers).toBe(1));
    await clock.advance(500);
    await vi.waitFor(() => expect(sockets()).toBe(before));
  });
});

describe('a faulty TFTP server', () => {
  it('silence: hears, and says nothing', async () => {
    await using session = await start();
    const { server, probe } = session;
    await server.inject('silence');
    probe.ask('sentinel.txt');
    await server.received('RRQ sentinel.txt octet');
    await server.heal();
    // Had the first request been answered, its DATA would come before this ERROR.
    expect(await probe.request('absent')).toMatchObject({ type: 5, number: 1 });
  });

  it('garbage: three bytes of a DATA packet', async () => {
    await using session = await start();
    await session.server.inject('garbage');
    expect((await session.probe.request('sentinel.txt')).bytes).toEqual(Buffer.of(0, 3, 0));
    await session.server.heal('garbage');
    expect(String(await session.probe.fetch('sentinel.txt'))).toBe('OK\n');
  });

  it('wrong-source: a whole transfer from another address', async () => {
    await using session = await start();
    const { server, probe } = session;
    await server.inject('wrong-source');
    const block = await probe.request('sentinel.txt');
    expect(block).toMatchObject({ type: 3, number: 1, text: 'OK\n' });
    expect(block.from.address).toBe('127.0.0.2');
    expect(await probe.fetch('pub/big.bin')).toHaveLength(5_000);
    await server.heal('wrong-source');
    expect((await probe.request('sentinel.txt')).from.address).toBe('127.0.0.1');
  });

  it('drip: each packet 300 ms late', async () => {
    const clock = new ManualClock();
    await using session = await start({ files, clock });
    const { server, probe } = session;
    await server.inject('drip');
    const block = probe.request('sentinel.txt');
    await vi.waitFor(() => expect(clock.timers).toBe(1));
    await clock.advance(299);
    expect(clock.timers).toBe(1);
    await clock.advance(1);
    expect(await block).toMatchObject({ type: 3, number: 1, text: 'OK\n' });
  });

  it.each([
    ['missing-file', 1, 'File not found'],
    ['access-denied', 2, 'Access violation'],
  ] as const)('%s: ERROR %i until it is healed', async (fault, code, text) => {
    await using session = await start();
    const { server, probe } = session;
    await server.inject(fault);
    expect((await probe.request('sentinel.txt')).bytes).toEqual(
      Buffer.from(`\0\x05\0${String.fromCharCode(code)}${text}\0`),
    );
    expect(await probe.request('sentinel.txt', 'tsize', '0')).toMatchObject({ type: 5, number: code });
    await server.heal(fault);
    expect(String(await probe.fetch('sentinel.txt'))).toBe('OK\n');
  });

  it('wrong-content: a file of other contents', async () => {
    await using session = await start();
    await session.server.inject('wrong-content');
    expect(String(await session.probe.fetch('sentinel.txt'))).toBe('not what you asked for\n');
    await session.server.heal();
    expect(String(await session.probe.fetch('sentinel.txt'))).toBe('OK\n');
  });

  it('refuse: ends the transfers that are under way, and lets nobody else have the port', async () => {
    await using session = await start();
    const { server, probe } = session;
    const block = await probe.request('pub/big.bin');
    await server.inject('refuse');
    await expect(createTftpServer({ port: server.port })).rejects.toThrow('EADDRINUSE');
    await server.heal();
    probe.acknowledge(1, block);
    // Were the transfer alive, block 2 would come before this ERROR.
    expect(await probe.request('absent')).toMatchObject({ type: 5, number: 1 });
  });
});

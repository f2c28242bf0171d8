import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import tftp from 'tftp';
import { describe, expect, it, vi } from 'vitest';
import { createTftpServer, ManualClock, type TftpFault, type TftpServerOptions } from '../../src/testkit/index.ts';
import { TftpProbe } from './tftp-probe.ts';

const files = {
  'sentinel.txt': 'OK\n',
  'pub/big.bin': new Uint8Array(5_000).map((_, index) => index % 251),
  empty: '',
  'one-block': new Uint8Array(512).fill(7),
};

/** A server with a client before it. */
const start = async (options: TftpServerOptions = { files }) => {
  const server = await createTftpServer(options);
  const probe = await TftpProbe.to(server);
  return {
    server,
    probe,
    async [Symbol.asyncDispose]() {
      await probe[Symbol.asyncDispose]();
      await server.close();
    },
  };
};

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

describe('a hostile TFTP server', () => {
  const oack = (...texts: string[]) => Buffer.from(`\0\x06${texts.map((text) => `${text}\0`).join('')}`);

  const block = (text: string) => Buffer.from(`\0\x03\0\x01${text}`);

  it.each<[TftpFault, string[], Buffer]>([
    ['empty-packet', [], Buffer.alloc(0)],
    ['unknown-opcode', [], Buffer.of(0, 9, 0, 1)],
    ['error-escapes', [], Buffer.from('\0\x05\0\0\u001b[31m|')],
    ['options-refused', ['tsize', '0'], Buffer.from('\0\x05\0\x08no options\0')],
    ['options-refused', [], block('OK\n')],
    ['options-ignored', ['tsize', '0'], block('OK\n')],
    ['oack-unasked', [], oack('tsize', '3')],
    ['oack-larger', ['blksize', '1428', 'timeout', '2'], oack('blksize', '1429', 'timeout', '3')],
    ['oack-unknown', ['tsize', '0'], oack('multicast', '239.0.0.1,1758,1')],
    ['oack-malformed', ['blksize', '1428'], Buffer.from('\0\x06blksize\x001428')],
    ['oversized-block', [], block(`OK\n${'!'.repeat(612)}`)],
  ])('%s: answers a request with %j so', async (fault, options, answer) => {
    await using session = await start();
    await session.server.inject(fault);
    const { bytes } = await session.probe.request('sentinel.txt', ...options);
    expect(bytes.subarray(0, answer.length)).toEqual(answer);
    await session.server.heal();
    expect(String(await session.probe.fetch('sentinel.txt'))).toBe('OK\n');
  });

  /** What comes after the first block of a file of ten is acknowledged. */
  const afterFirst = async (fault: TftpFault, count: number) => {
    await using session = await start();
    const { server, probe } = session;
    await server.inject(fault);
    const first = await probe.request('pub/big.bin');
    const answers = [first];
    probe.acknowledge(1, first);
    while (answers.length < count) answers.push(await probe.answer());
    return answers.map(({ type, number, bytes }) => [type, number, bytes.length]);
  };

  it.each<[TftpFault, number[][]]>([
    [
      'duplicate',
      [
        [3, 1, 516],
        [3, 1, 516],
        [3, 2, 516],
        [3, 2, 516],
      ],
    ],
    [
      'abort',
      [
        [3, 1, 516],
        [5, 0, 24],
      ],
    ],
    [
      'endless',
      [
        [3, 1, 516],
        [3, 2, 516],
      ],
    ],
    [
      'flood',
      [
        [3, 1, 516],
        [3, 1, 516],
        [3, 1, 516],
      ],
    ],
  ])('%s: goes on as it should not', async (fault, packets) => {
    expect(await afterFirst(fault, packets.length)).toEqual(packets);
  });

  it('endless: goes on after any block, and ends when it is told to', async () => {
    await using session = await start();
    const { server, probe } = session;
    await server.inject('endless');
    const first = await probe.request('sentinel.txt');
    const next = probe.answer();
    probe.acknowledge(0xffff, first);
    expect(await next).toMatchObject({ type: 3, number: 0 });
    probe.refuse(0, 'enough', first);
    await server.received('ERROR 0 enough');
  });

  it('stall and large-lost: nothing comes where something should', async () => {
    await using session = await start();
    const { server, probe } = session;
    await server.inject('stall');
    const first = await probe.request('pub/big.bin');
    probe.acknowledge(1, first);
    await server.received('ACK 1');
    await server.heal();
    await server.inject('large-lost');
    const offer = await probe.request('pub/big.bin', 'blksize', '1468');
    expect(offer.type).toBe(6);
    probe.acknowledge(0, offer);
    await server.received('ACK 0');
    // Had anything come, it would come before this.
    expect(await probe.request('absent')).toMatchObject({ type: 5, number: 1 });
  });

  it('strangers: speak from another address, later from another port too', async () => {
    await using session = await start();
    const { server, probe } = session;
    await server.inject('strangers');
    const answers = [await probe.request('pub/big.bin')];
    while (answers.length < 5) answers.push(await probe.answer());
    const [last] = answers.slice(-1);
    expect(answers.map(({ from }) => from.address)).toEqual([...Array(4).fill('127.0.0.2'), '127.0.0.1']);
    if (last) probe.acknowledge(1, last);
    while (answers.length < 14) answers.push(await probe.answer());
    const ports = new Set(answers.filter(({ from }) => from.address === '127.0.0.1').map(({ from }) => from.port));
    expect(ports.size).toBe(2);
  });
});

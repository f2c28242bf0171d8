import { describe, expect, it } from 'vitest';
import type { TftpFault } from '../../src/testkit/index.ts';
import { start } from './tftp-session.ts';

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

import { describe, expect, it } from 'vitest';
import { answer, start } from './tftp-run.ts';
import { data, error, oack, openUdpPeer, told } from './udp-peer.ts';

/** A file of blocks of 8 bytes, and what the server must hear. */
const byEights = { blksize: 8, minBytes: 20 } as const;

describe('options', () => {
  it('are asked for as the RFCs write them, and granted by an OACK, which is acknowledged as block 0', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { blksize: 1_428, tsize: true, windowsize: 4, optionTimeout: 2 });
    const request = await answer(server, session, oack('blksize', '1428', 'tsize', '4'));
    expect(told(request)).toBe('RRQ farm-guardian.txt octet blksize 1428 tsize 0 timeout 2 windowsize 4');
    expect(told(await session.next())).toBe('ACK 0');
    await session.send(data(1, 'cows'), request.from);
    expect(told(await session.next())).toBe('ACK 1');
    expect(await outcome).toMatchObject({ status: 'OK', facts: { options: ['blksize 1428', 'tsize 4'] } });
  });

  it('may be ignored by the server', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { blksize: 1_428, tsize: true });
    await answer(server, session, data(1, 'cows'));
    expect(await outcome).toMatchObject({ status: 'OK', facts: { options: [] } });
  });

  it('may be answered twice, as the ACK may be lost', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { tsize: true });
    const { from } = await answer(server, session, oack('tsize', '4'));
    await session.next();
    await session.send(oack('tsize', '4'), from);
    expect(told(await session.next())).toBe('ACK 0');
    await session.send(data(1, 'cows'), from);
    expect(await outcome).toMatchObject({ status: 'OK' });
  });

  it.each([
    ['ignores them', data(1, 'cows'), 'does not grant blksize, tsize'],
    ['grants one of them', oack('tsize', '4'), 'does not grant blksize'],
  ])('are refused where they are required and the server %s', async (_, packet, said) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { blksize: 1_428, tsize: true, requireOptions: true });
    await answer(server, session, packet);
    expect(told(await session.next())).toBe('ERROR 8');
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'options-refused',
      summary: `127.0.0.1 port ${server.port} ${said}`,
    });
  });

  it.each([
    ['an ERROR 8', {}, error(8, 'no'), 'options-refused', 'farm-guardian.txt: ERROR 8 no'],
    ['a larger block than asked', {}, oack('blksize', '513'), 'protocol', /sent an OACK with blksize 513, more than/],
    ['what was not asked', {}, oack('windowsize', '1'), 'protocol', /windowsize, which was not asked for/],
    ['no pairs', {}, oack('blksize'), 'protocol', /names and values are no pairs/],
    ['a block beyond the granted', {}, [oack('blksize', '8'), data(1, 'x'.repeat(9))], 'protocol', /9 bytes, where 8/],
    ['a tsize that is too large', { maxBytes: 9 }, oack('tsize', '10'), 'size-mismatch', /more than 9 bytes/],
    ['another size than it said', {}, [oack('tsize', '5'), data(1, 'cows')], 'size-mismatch', /had said 5 \(tsize\)/],
  ] as const)('are checked: %s is CRITICAL', async (_, given, packets, code, summary) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { blksize: 512, tsize: true, ...given });
    const [first = Buffer.alloc(0), ...others] = Buffer.isBuffer(packets) ? [packets] : packets;
    const { from } = await answer(server, session, first);
    for (const packet of others) {
      await session.next();
      await session.send(packet, from);
    }
    const said = typeof summary === 'string' ? summary : expect.stringMatching(summary);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code, summary: said });
  });
});

describe('a window', () => {
  const ask = async (windowsize: number) => {
    const server = await openUdpPeer();
    const session = await openUdpPeer();
    const { outcome, clock } = start(server.port, { ...byEights, windowsize });
    const { from } = await answer(server, session, oack('blksize', '8', 'windowsize', String(windowsize)));
    await session.next();
    return {
      outcome,
      clock,
      session,
      client: from,
      send: (block: number, payload = 'moo moo ') => session.send(data(block, payload), from),
      async [Symbol.asyncDispose]() {
        await session[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  };

  it('is acknowledged once, and so is the last block', async () => {
    await using run = await ask(2);
    await run.send(1);
    await run.send(2);
    expect(told(await run.session.next())).toBe('ACK 2');
    await run.send(3, 'end.');
    expect(told(await run.session.next())).toBe('ACK 3');
    expect(await run.outcome).toMatchObject({ status: 'OK', summary: '20 bytes of farm-guardian.txt in 0.000s' });
    expect(run.session.waiting).toBe(0);
  });

  it('with a gap is begun anew after the last block before it, which is said once', async () => {
    await using run = await ask(4);
    await run.send(1);
    for (const block of [3, 4]) await run.send(block);
    expect(told(await run.session.next())).toBe('ACK 1');
    for (const block of [2, 3]) await run.send(block);
    await run.send(4, '');
    expect(told(await run.session.next())).toBe('ACK 4');
    expect(await run.outcome).toMatchObject({ code: 'ok', facts: { size: 24, duplicates: 0 } });
  });

  it('that is sent again because its ACK was lost is acknowledged once more', async () => {
    await using run = await ask(2);
    for (const block of [1, 2]) await run.send(block);
    expect(told(await run.session.next())).toBe('ACK 2');
    for (const block of [1, 2]) await run.send(block);
    expect(told(await run.session.next())).toBe('ACK 2');
    await run.send(3, 'end.');
    expect(await run.outcome).toMatchObject({ code: 'ok', facts: { duplicates: 2 } });
  });

  it('whose end is lost is asked for after half a second', async () => {
    await using run = await ask(4);
    await using stranger = await openUdpPeer();
    for (const block of [1, 2]) await run.send(block);
    // When it is told off, what came before it has been heard.
    await stranger.send(data(1), run.client);
    await stranger.next();
    await run.clock.advance(500);
    expect(told(await run.session.next())).toBe('ACK 2');
    await run.send(3, 'end.');
    expect(await run.outcome).toMatchObject({ code: 'ok' });
  });
});

describe('a lost packet', () => {
  it('is asked for again by the last ACK, after 0.5, 1 and 2 s without anything new', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome, clock } = start(server.port);
    const { from } = await answer(server, session, data(1, Buffer.alloc(512, 'x')));
    await session.next();
    for (const ms of [500, 500, 1_000]) {
      await clock.advance(ms);
      expect(told(await session.next())).toBe('ACK 1');
    }
    await session.send(data(2, Buffer.alloc(512, 'x')), from);
    expect(told(await session.next())).toBe('ACK 2');
    await clock.advance(500);
    expect(told(await session.next())).toBe('ACK 2');
    await session.send(data(3, 'end'), from);
    expect(await outcome).toMatchObject({ status: 'OK', facts: { requests: 1 } });
    expect(clock.timers).toBe(0);
  });
});

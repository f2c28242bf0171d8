import { describe, expect, it } from 'vitest';
import { renderPerfdata } from '../../../src/checker/index.ts';
import { answer, start } from './tftp-run.ts';
import { data, error, openUdpPeer, optionAck, told } from './udp-peer.ts';

describe('a file that is served', () => {
  it('is OK with its size and time', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port);
    const request = await answer(server, session, data(1, 'cows'));
    expect(told(request)).toBe('RRQ farm-guardian.txt octet');
    expect(told(await session.next())).toBe('ACK 1');
    const { status, code, summary, metrics, steps, facts } = await outcome;
    expect({ status, code, summary }).toEqual({
      status: 'OK',
      code: 'ok',
      summary: '4 bytes of farm-guardian.txt in 0.000s',
    });
    expect(renderPerfdata(metrics)).toBe('time=0.000000s;;;0;10 size=4B');
    expect(steps.map(({ name }) => name)).toEqual(['answer', 'transfer']);
    expect(facts).toEqual({
      requests: 1,
      strangers: 0,
      duplicates: 0,
      newPort: true,
      options: [],
      sha256: 'c6520d7c46b53b2f4567cb3b29b93b19c775b601d5a0e9e06315ca9e79751e7c',
      size: 4,
    });
  });

  it('may come over IPv6', async () => {
    await using server = await openUdpPeer('::1');
    await using session = await openUdpPeer('::1');
    const { outcome } = start(server.port, {}, { host: '0:0:0:0:0:0:0:1' });
    await answer(server, session, data(1, 'cows'));
    expect(await outcome).toMatchObject({ status: 'OK' });
  });

  it('may come from the port that was asked', async () => {
    await using server = await openUdpPeer();
    const { outcome } = start(server.port);
    await answer(server, server, data(1, 'cows'));
    expect(told(await server.next())).toBe('ACK 1');
    expect(await outcome).toMatchObject({ status: 'OK' });
  });

  it('may have many blocks', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { file: 'herd', content: 'xend' });
    const { from } = await answer(server, session, data(1, Buffer.alloc(512, 'x')));
    expect(told(await session.next())).toBe('ACK 1');
    await session.send(data(2, 'end'), from);
    expect(told(await session.next())).toBe('ACK 2');
    expect(await outcome).toMatchObject({ status: 'OK', summary: '515 bytes of herd in 0.000s' });
  });

  it('is measured without its line ends of netascii', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { mode: 'netascii', size: 4, content: 'a\nb' });
    const request = await answer(server, session, data(1, 'a\r\nb\r\n'));
    expect(told(request)).toBe('RRQ farm-guardian.txt netascii');
    expect(await outcome).toMatchObject({ status: 'OK' });
  });

  it.each([
    ['WARNING', { warning: '1' }, ', outside 1'],
    ['CRITICAL', { warning: '1', critical: '1:1.2' }, ', outside 1:1.2'],
    ['OK', { warning: '1.5', critical: 2 }, ''],
  ])('is %s when it took 1.5 s under %j', async (status, given, said) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome, clock } = start(server.port, given);
    const request = await server.next();
    await clock.advance(1_500);
    await session.send(data(1, 'cows'), request.from);
    const summary = `4 bytes of farm-guardian.txt in 1.500s${said}`;
    expect(await outcome).toMatchObject({ status, summary, code: status === 'OK' ? 'ok' : 'slow' });
  });
});

describe('what is not the file', () => {
  it.each([
    [{}, data(1), 'size-mismatch', '0 bytes of farm-guardian.txt, expected at least 1'],
    [{ size: 5 }, data(1, 'cows'), 'size-mismatch', '4 bytes of farm-guardian.txt, expected 5'],
    [{ minBytes: 5 }, data(1, 'cows'), 'size-mismatch', '4 bytes of farm-guardian.txt, expected at least 5'],
    [{ maxBytes: 3 }, data(1, 'cows'), 'size-mismatch', 'farm-guardian.txt has more than 3 bytes'],
    [
      { content: 'pigs' },
      data(1, 'cows'),
      'content-mismatch',
      '4 bytes of farm-guardian.txt, without the expected "pigs"',
    ],
    [{}, error(1, 'File not found'), 'file-missing', 'farm-guardian.txt: ERROR 1 File not found'],
    [{}, error(2, 'No'), 'access-denied', 'farm-guardian.txt: ERROR 2 No'],
    [{}, error(0, 'Permission denied'), 'access-denied', 'farm-guardian.txt: ERROR 0 Permission denied'],
    [{}, error(0, 'Is a directory'), 'file-missing', 'farm-guardian.txt: ERROR 0 Is a directory'],
    [{}, error(4, ''), 'protocol', 'farm-guardian.txt: ERROR 4'],
    [{}, error(0, 'bad\x1b[31m|x=1\nluck'), 'protocol', 'farm-guardian.txt: ERROR 0 bad [31m x=1 luck'],
    [{}, optionAck, 'protocol', '127.0.0.1 port PORT sent an OACK to a request without options'],
    [{}, Buffer.from('moo'), 'protocol', '127.0.0.1 port PORT sent a packet of 3 bytes'],
    [{ expectError: 1 }, error(2, 'No'), 'protocol', 'farm-guardian.txt: ERROR 2 No, expected ERROR 1'],
    [{ expectError: 1 }, data(1, 'x'), 'content-mismatch', 'farm-guardian.txt exists, expected ERROR 1'],
    [{ expectError: 1 }, data(1), 'content-mismatch', 'farm-guardian.txt exists, expected ERROR 1'],
  ])('is CRITICAL: %j, %s', async (given, packet, code, summary) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, given);
    await answer(server, session, packet);
    const verdict = await outcome;
    expect(verdict).toMatchObject({ status: 'CRITICAL', code, remedy: expect.any(String) });
    expect(verdict.summary).toBe(summary.replace('PORT', String(server.port)));
  });

  it('is OK when just this error was expected', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { expectError: 1, file: 'absent' });
    await answer(server, session, error(1, 'File not found'));
    expect(await outcome).toMatchObject({ status: 'OK', summary: 'absent: ERROR 1 File not found in 0.000s' });
  });

  it('is told to stop, not left talking', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { maxBytes: 100 });
    await answer(server, session, data(1, Buffer.alloc(512)));
    expect(told(await session.next())).toBe('ERROR 3');
    await outcome;
  });
});

describe('who may answer', () => {
  it('is the first port of the server; another one is told so, and changes nothing', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    await using second = await openUdpPeer();
    const { outcome } = start(server.port);
    const { from } = await answer(server, session, data(1, Buffer.alloc(512, 'x')));
    await session.next();
    await second.send(data(1, 'pigs'), from);
    expect(told(await second.next())).toBe('ERROR 5');
    await session.send(data(2), from);
    expect(await outcome).toMatchObject({ status: 'OK', summary: '512 bytes of farm-guardian.txt in 0.000s' });
  });

  it('is nobody with a block of an older transfer', async () => {
    await using server = await openUdpPeer();
    await using older = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port);
    const { from } = await answer(server, older, data(9, 'old'));
    expect(told(await older.next())).toBe('ERROR 5');
    await session.send(data(1, 'cows'), from);
    expect(await outcome).toMatchObject({ status: 'OK' });
  });

  it('is no other address, which gets an ERROR 5 and is named at the deadline', async () => {
    await using server = await openUdpPeer();
    await using elsewhere = await openUdpPeer('127.0.0.2');
    const { outcome, clock } = start(server.port);
    await answer(server, elsewhere, data(1, 'cows'));
    expect(told(await elsewhere.next())).toBe('ERROR 5');
    await clock.advance(10_000);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'wrong-source',
      summary: `127.0.0.1 port ${server.port} was asked, 127.0.0.2 answered`,
      facts: { strangers: 1 },
    });
  });

  it('is the right address even after a wrong one', async () => {
    await using server = await openUdpPeer();
    await using elsewhere = await openUdpPeer('127.0.0.2');
    await using session = await openUdpPeer();
    const { outcome } = start(server.port);
    const { from } = await answer(server, elsewhere, error(1, 'no such cow'));
    await elsewhere.next();
    await session.send(data(1, 'cows'), from);
    expect(await outcome).toMatchObject({ status: 'OK', facts: { strangers: 1 } });
  });

  it('is any address when the policy says so', async () => {
    await using server = await openUdpPeer();
    await using elsewhere = await openUdpPeer('127.0.0.2');
    const { outcome } = start(server.port, { sourcePolicy: 'any' });
    await answer(server, elsewhere, data(1, 'cows'));
    expect(told(await elsewhere.next())).toBe('ACK 1');
    expect(await outcome).toMatchObject({ status: 'OK' });
  });
});

describe('silence', () => {
  it('is met with the request again after 0.5, 1 and 2 s, and is CRITICAL at the deadline', async () => {
    await using server = await openUdpPeer();
    const { outcome, clock } = start(server.port);
    const at: number[] = [];
    const first = await server.next();
    for (const stepMs of [500, 500, 1_000]) {
      await clock.advance(stepMs);
      const again = await server.next();
      expect(again).toMatchObject({ bytes: first.bytes, from: { port: first.from.port } });
      at.push(clock.now());
    }
    expect(at).toEqual([500, 1_000, 2_000]);
    await clock.advance(8_000);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'timeout',
      summary: `no answer from 127.0.0.1 port ${server.port} within 10 s`,
      facts: { requests: 4 },
    });
    expect([server.waiting, clock.timers]).toEqual([0, 0]);
  });

  it('in the middle of a file ends with a word to the server', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome, clock } = start(server.port, {}, { timeoutMs: 3_000 });
    await answer(server, session, data(1, Buffer.alloc(512)));
    const heard = [told(await session.next())];
    await clock.advance(3_000);
    while (heard.at(-1) !== 'ERROR 0') heard.push(told(await session.next()));
    expect(heard).toEqual(['ACK 1', 'ACK 1', 'ACK 1', 'ACK 1', 'ERROR 0']);
    expect(await outcome).toMatchObject({
      code: 'timeout',
      summary: `farm-guardian.txt: nothing after block 1 from 127.0.0.1 port ${server.port} within 3 s`,
    });
    expect(server.waiting).toBe(0);
  });
});

describe('faults', () => {
  it('of a closed port are noticed at once, without any timer', async () => {
    const server = await openUdpPeer();
    await server[Symbol.asyncDispose]();
    const { outcome, clock } = start(server.port);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'refused',
      summary: `127.0.0.1 port ${server.port}: Connection refused`,
    });
    expect(clock.timers).toBe(0);
  });

  it.each([
    ['a..b', undefined],
    ['', undefined],
    ['127.0.0.1', 6],
    ['::1', 4],
  ] as const)('of the name %j (family %s) are UNKNOWN', async (host, family) => {
    const { outcome } = start(69, {}, { host, family });
    expect(await outcome).toMatchObject({ status: 'UNKNOWN', code: 'dns' });
  });

  it('of many checks at once stay apart: each hears its own server only', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `cow-${i}`);
    const verdicts = await Promise.all(
      names.map(async (name) => {
        await using server = await openUdpPeer();
        await using session = await openUdpPeer();
        const { outcome } = start(server.port, { file: name, content: name });
        await answer(server, session, data(1, name));
        return (await outcome).summary;
      }),
    );
    expect(verdicts).toEqual(names.map((name) => `${name.length} bytes of ${name} in 0.000s`));
  });
});

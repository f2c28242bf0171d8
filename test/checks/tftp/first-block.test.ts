import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answer, start } from './tftp-run.ts';
import { data, oack, openUdpPeer, told } from './udp-peer.ts';

const block = Buffer.alloc(512, 'moo');
const digest = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('the first block', () => {
  it('is enough where that is asked for, and the server is told so politely', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { firstBlock: true, sha256: digest(block).toUpperCase(), content: 'moom' });
    await answer(server, session, data(1, block));
    expect(told(await session.next())).toBe('ERROR 0');
    expect(await outcome).toMatchObject({
      status: 'OK',
      summary: 'first 512 bytes of farm-guardian.txt in 0.000s',
      facts: { sha256: digest(block) },
    });
    expect((await outcome).metrics.map(({ label }) => label)).toEqual(['time']);
  });

  it('is the whole file where it is short, and is acknowledged then', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { firstBlock: true });
    await answer(server, session, data(1, 'cows'));
    expect(told(await session.next())).toBe('ACK 1');
    expect(await outcome).toMatchObject({ status: 'OK', summary: '4 bytes of farm-guardian.txt in 0.000s' });
  });

  it.each([
    [{ size: 50_000_000 }, 'OK', 'first 512 of 50000000 bytes of farm-guardian.txt in 0.000s'],
    [{ minBytes: 600 }, 'OK', 'first 512 of 50000000 bytes of farm-guardian.txt in 0.000s'],
    [{ size: 600 }, 'CRITICAL', 'first 512 of 50000000 bytes of farm-guardian.txt, expected 600'],
  ])('of a file of 50 MB with %j is %s, without more than one block', async (given, status, summary) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { firstBlock: true, tsize: true, ...given });
    const { from } = await answer(server, session, oack('tsize', '50000000'));
    await session.next();
    await session.send(data(1, block), from);
    expect(told(await session.next())).toBe('ERROR 0');
    expect(await outcome).toMatchObject({ status, summary });
  });

  it.each([
    [{ size: 600 }, 'CRITICAL', 'options-refused'],
    [{ minBytes: 513 }, 'CRITICAL', 'options-refused'],
    [{ minBytes: 512 }, 'OK', 'ok'],
    [{}, 'OK', 'ok'],
  ])('says no more of the size than it has where tsize is not granted: %j is %s %s', async (given, status, code) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { firstBlock: true, tsize: true, ...given });
    await answer(server, session, data(1, block));
    expect(await outcome).toMatchObject({ status, code });
  });
});

describe('what came', () => {
  it.each([
    [{ contentRegex: '^c.ws$' }, 'OK', 'ok', '4 bytes of farm-guardian.txt in 0.000s'],
    [{ contentRegex: 'C.ws' }, 'CRITICAL', 'content-mismatch', /, which the regular expression does not match$/],
    [{ sha256: digest('cows') }, 'OK', 'ok', /^4 bytes/],
    [{ sha256: digest('pigs') }, 'CRITICAL', 'content-mismatch', /^4 bytes .* with the SHA-256 c652.*, expected 7ca8/],
    [{ size: 4, minBytes: 5 }, 'CRITICAL', 'size-mismatch', /expected at least 5$/],
    [{ contentRegex: '(c' }, 'UNKNOWN', 'local-fault', /^contentRegex is no regular expression: missing closing/],
  ])('with %j is %s', async (given, status, code, summary) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, given);
    if (status !== 'UNKNOWN') await answer(server, session, data(1, 'cows'));
    const said = typeof summary === 'string' ? summary : expect.stringMatching(summary);
    expect(await outcome).toMatchObject({ status, code, summary: said });
  });

  it('is too large for the regular expression before it is too large for maxBytes', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { contentRegex: 'a{900}b', tsize: true });
    await answer(server, session, oack('tsize', '1000000'));
    expect(await outcome).toMatchObject({
      summary: expect.stringMatching(/ bytes, too many for the regular expression$/),
    });
  });

  it('may be nothing where nothing is expected', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { size: 0 });
    await answer(server, session, data(1));
    expect(await outcome).toMatchObject({ status: 'OK', summary: '0 bytes of farm-guardian.txt in 0.000s' });
  });
});

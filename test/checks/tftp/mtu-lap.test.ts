import { describe, expect, it } from 'vitest';
import { answer, start } from './tftp-run.ts';
import { data, error, oack, openUdpPeer, told } from './udp-peer.ts';

const small = Buffer.alloc(512, 'x');
const large = Buffer.alloc(1_468, 'x');

/** Starts a check with an MTU lap and answers its first request, that with small blocks. */
const afterSmallLap = async (
  given: Parameters<typeof start>[1] = {},
  between = async (_: ReturnType<typeof start>) => {},
) => {
  const server = await openUdpPeer();
  const session = await openUdpPeer();
  const run = start(server.port, { mtuLap: true, ...given }, { timeoutMs: 3_000 });
  const request = await server.next();
  expect(told(request)).toBe('RRQ farm-guardian.txt octet blksize 512');
  await between(run);
  await session.send(oack('blksize', '512'), request.from);
  await session.next();
  await session.send(data(1, small), request.from);
  expect(told(await session.next())).toBe('ERROR 0');
  return {
    ...run,
    server,
    session,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
};

describe('an MTU lap', () => {
  it('is good when large blocks come too', async () => {
    await using lap = await afterSmallLap();
    const request = await answer(lap.server, lap.session, oack('blksize', '1468'));
    expect(told(request)).toBe('RRQ farm-guardian.txt octet blksize 1468');
    await lap.session.next();
    await lap.session.send(data(1, large), request.from);
    await lap.session.next();
    await lap.session.send(data(2, 'end'), request.from);
    expect(await lap.outcome).toMatchObject({
      status: 'OK',
      summary: '1471 bytes of farm-guardian.txt in 0.000s',
      facts: { requests: 2, options: ['blksize 1468'] },
      steps: [{ name: 'mtu-lap' }, { name: 'answer' }, { name: 'transfer' }],
    });
  });

  it('finds a path that drops what is large, at the end of the time', async () => {
    await using lap = await afterSmallLap({ blksize: 8_192 });
    await answer(lap.server, lap.session, oack('blksize', '8192'));
    await lap.session.next();
    await lap.clock.advance(3_000);
    expect(await lap.outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'mtu-blackhole',
      summary: `farm-guardian.txt: a block of 512 bytes comes from 127.0.0.1 port ${lap.server.port}, one of 8192 does not within 3 s`,
      steps: [{ name: 'mtu-lap' }, { name: 'answer' }, { name: 'transfer', code: 'mtu-blackhole' }],
    });
  });

  it('finds it as well where the request is not answered at all', async () => {
    await using lap = await afterSmallLap();
    await lap.server.next();
    await lap.clock.advance(3_000);
    expect(await lap.outcome).toMatchObject({ code: 'mtu-blackhole' });
  });

  it('does not take a slow server for such a path', async () => {
    await using lap = await afterSmallLap({}, ({ clock }) => clock.advance(2_000));
    await lap.clock.advance(1_000);
    expect(await lap.outcome).toMatchObject({ code: 'timeout' });
  });

  it.each([
    ['ignores blksize', data(1, small), 'options-refused', /does not grant blksize$/],
    ['refuses the large block', error(8, 'no'), 'options-refused', /ERROR 8 no$/],
    ['has a small file', [oack('blksize', '1468'), data(1, 'cows')], 'size-mismatch', /, less than a block of 1468$/],
  ])('says when the server %s', async (_, packets, code, summary) => {
    await using lap = await afterSmallLap();
    const [first = small, ...others] = [packets].flat();
    const { from } = await answer(lap.server, lap.session, first);
    for (const packet of others) {
      await lap.session.next();
      await lap.session.send(packet, from);
    }
    expect(await lap.outcome).toMatchObject({ status: 'CRITICAL', code, summary: expect.stringMatching(summary) });
  });

  it('is good with the block that the server makes of it, if the file fills that', async () => {
    await using lap = await afterSmallLap();
    const { from } = await answer(lap.server, lap.session, oack('blksize', '1000'));
    await lap.session.next();
    await lap.session.send(data(1, large.subarray(0, 1_000)), from);
    await lap.session.next();
    await lap.session.send(data(2), from);
    expect(await lap.outcome).toMatchObject({ status: 'OK', facts: { options: ['blksize 1000'] } });
  });

  it('has the verdict of its small lap when that one fails', async () => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { mtuLap: true });
    await answer(server, session, error(1, 'File not found'));
    expect(await outcome).toMatchObject({ code: 'file-missing', facts: { requests: 1 } });
  });
});

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { classifyNetworkError, connectTcp, familyOf } from '../../src/checker/index.ts';

const signal = new AbortController().signal;

/** A listener on a loopback address, closed at the end. */
const listen = async (host: string) => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket);
  const end = async () => {
    server.close();
    (await Promise.race([accepted, undefined]))?.destroy();
  };
  return { host, port, accepted, [Symbol.asyncDispose]: end };
};

describe('a TCP connection', () => {
  it('comes from the source address that the target names', async () => {
    await using server = await listen('127.0.0.1');
    const socket = await connectTcp({ host: '127.0.0.1', port: server.port, source: '127.0.0.2' }, { signal });
    expect((await server.accepted).remoteAddress).toBe('127.0.0.2');
    socket.destroy();
  });

  it.each<[4 | 6 | undefined, string | undefined, 4 | 6 | undefined]>([
    [undefined, undefined, undefined],
    [6, undefined, 6],
    [undefined, '127.0.0.1', 4],
    [undefined, '::1', 6],
    [undefined, 'fe80::1%lo', 6],
    [4, '::1', 4],
  ])('asked for family %s from %s is of family %s', (family, source, expected) => {
    expect(familyOf({ family, source })).toBe(expected);
  });

  it('from an address that is not ours is a fault of this machine', async () => {
    const fault = await connectTcp({ host: '127.0.0.1', port: 9, source: '192.0.2.1' }, { signal }).catch(
      classifyNetworkError,
    );
    expect(fault).toMatchObject({ status: 'UNKNOWN', code: 'local-fault', text: 'Cannot assign requested address' });
  });

  it('to a literal address that its source cannot reach is refused like a name that does not resolve', async () => {
    const fault = await connectTcp({ host: '::1', port: 9, source: '127.0.0.1' }, { signal }).catch(
      classifyNetworkError,
    );
    expect(fault).toMatchObject({ code: 'dns' });
  });
});

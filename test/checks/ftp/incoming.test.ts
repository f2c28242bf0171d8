import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Incoming } from '../../../checks/ftp/incoming.ts';
import { silentLogger } from '../../../src/checker/index.ts';
import { Stop } from '../../../src/clock/stop.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';

const contextOf = (stop: Stop) => ({
  signal: stop.signal,
  stop,
  timeoutMs: 10_000,
  clock: systemClock,
  log: silentLogger,
  rest: async () => {},
});

/** A client that reads with or without `onread`, and the server's end of its connection. */
const connected = async (hasOnread: boolean, stop = new Stop()) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const incoming = new Incoming(contextOf(stop));
  const socket = connect({ host: '127.0.0.1', port, ...(hasOnread && { onread: incoming.onread }) });
  socket.on('error', () => {});
  incoming.listen(socket, hasOnread);
  const [peer] = (await once(server, 'connection')) as [Socket];
  peer.on('error', () => {});
  const end = async () => {
    socket.destroy();
    peer.destroy();
    server.close();
  };
  return { incoming, socket, peer, [Symbol.asyncDispose]: end };
};

/** All pieces up to the end, and what that was. */
const drain = async (incoming: Incoming) => {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = await incoming.next();
    if (typeof piece === 'string') return { pieces, end: piece };
    pieces.push(piece);
  }
};

it.each([true, false])('gives all bytes in order, in pieces of at most 1024 (onread: %s)', async (hasOnread) => {
  await using line = await connected(hasOnread);
  const text = Array.from({ length: 40_000 }, (_, n) => `${n};`).join('');
  line.peer.end(text);
  const { pieces, end } = await drain(line.incoming);
  expect(end).toBe('ended');
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(1024);
  expect(Buffer.concat(pieces).toString()).toBe(text);
});

it.each([true, false])('holds an endless stream back while nobody reads (onread: %s)', async (hasOnread) => {
  await using line = await connected(hasOnread);
  const block = Buffer.alloc(64 * 1024, 'x');
  // The kernels' buffers are full, and ours: the server cannot get rid of more.
  while (line.peer.write(block)) await new Promise(setImmediate);
  await line.incoming.next();
  const { bytesRead } = line.socket;
  expect(bytesRead).toBeLessThan(1024 * 1024);
  line.incoming.done();
  await once(line.peer, 'drain');
  expect(line.socket.bytesRead).toBeGreaterThan(bytesRead);
});

it('a reset and an abort end it', async () => {
  await using reset = await connected(true);
  reset.peer.resetAndDestroy();
  expect((await drain(reset.incoming)).end).toBe('reset');
  const stop = new Stop();
  await using aborted = await connected(true, stop);
  const next = aborted.incoming.next();
  stop.abort(new Error('too late'));
  aborted.socket.destroy();
  await expect(next).rejects.toThrow('too late');
});

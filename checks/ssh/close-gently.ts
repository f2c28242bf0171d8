import type { Socket } from 'node:net';
import { type Clock, wait } from '../../src/checker/index.ts';

/** How long a server may take to close the connection after us, in milliseconds. */
const drainMs = 200;

/**
 * Ends a connection so that the server sees an orderly end, not a reset: sends FIN, reads on until the server closes
 * too, for a moment at most, and destroys the socket.
 */
export const closeGently = async (socket: Socket, clock: Clock): Promise<void> => {
  if (socket.destroyed) return;
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  socket.end();
  socket.resume();
  await wait(clock, drainMs, closed.signal);
  socket.destroy();
};

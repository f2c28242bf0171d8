import type { Socket } from 'node:net';
import { type CheckContext, wait } from '../../src/checker/index.ts';

/** How long a server may take to close the connection after us, in milliseconds. */
const drainMs = 200;

/**
 * Ends a connection so that the server sees an orderly end, not a reset: sends FIN, reads on until the server closes
 * too, for a moment at most and no longer than the run, and destroys the socket.
 */
export const closeGently = async (
  socket: Socket,
  { clock, signal }: Pick<CheckContext, 'clock' | 'signal'>,
): Promise<void> => {
  if (socket.destroyed) return;
  const closed = new AbortController();
  const close = () => closed.abort();
  socket.once('close', close);
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  socket.end();
  socket.resume();
  await wait(clock, drainMs, closed.signal);
  signal.removeEventListener('abort', close);
  socket.destroy();
};

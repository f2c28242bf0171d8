import type { Socket } from 'node:net';
import type { CheckContext } from '../../src/checker/index.ts';

/** How long a server may take to close the connection after us, in milliseconds. */
const drainMs = 200;

/**
 * Ends a connection so that the server sees an orderly end, not a reset: sends the last words and FIN, reads on until the
 * server closes too, for a moment at most and no longer than the run, and destroys the socket.
 */
export const closeGently = (
  socket: Socket,
  { clock, signal }: Pick<CheckContext, 'clock' | 'signal'>,
  lastWords?: string | Uint8Array,
): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    const leave = () => {
      timer.cancel();
      signal.removeEventListener('abort', leave);
      socket.off('close', leave).destroy();
      resolve();
    };
    const timer = clock.setTimer(leave, drainMs);
    signal.addEventListener('abort', leave, { once: true });
    socket.once('close', leave).resume();
    if (lastWords === undefined) socket.end();
    else socket.end(lastWords);
    if (signal.aborted) leave();
  });

import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Listening, listening } from '../listening.ts';

/**
 * Starts an FTP server, as far as its greeting goes, on all addresses of this machine's loopback. It takes its time, so
 * that some check is always under way.
 */
export const openSlowGreeter = (greetsAfterMs: number): Promise<Listening> => {
  const server = createServer(async (socket) => {
    await sleep(greetsAfterMs);
    if (socket.writable) socket.write('220 at last\r\n');
    socket.once('data', () => socket.end());
  });
  return listening(server, { port: 0, host: '0.0.0.0' });
};

import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An FTP server, as far as its greeting goes, that takes its time, so that some check is always under way. */
export interface SlowGreeter extends AsyncDisposable {
  readonly port: number;
}

/** Starts one on all addresses of this machine's loopback. */
export const openSlowGreeter = async (greetsAfterMs: number): Promise<SlowGreeter> => {
  const sockets = new Set<Socket>();
  const server = createServer(async (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => {});
    await sleep(greetsAfterMs);
    if (socket.writable) socket.write('220 at last\r\n');
    socket.once('data', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as { readonly port: number }).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

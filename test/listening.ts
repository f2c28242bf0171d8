import { once } from 'node:events';
import type { AddressInfo, ListenOptions, Server, Socket } from 'node:net';

/** A server that listens. Disposed, it ends its connections too. */
export interface Listening extends AsyncDisposable {
  /** Its TCP port; 0 on a unix socket. */
  readonly port: number;
}

/** Has a server listen, by default on a free port of 127.0.0.1. A connection that breaks is no error. */
export const listening = async (
  server: Server,
  where: ListenOptions = { port: 0, host: '127.0.0.1' },
): Promise<Listening> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(where);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'string' ? 0 : (address as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
};

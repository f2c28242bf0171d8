import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that does one thing with each connection, and keeps what clients said. */
export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Everything the clients said so far. */
  readonly received: string;
  /** Resolves with the next connection's socket once the client has closed it. */
  gone(): Promise<void>;
}

/** Starts one on 127.0.0.1, or on a unix socket. */
export const serve = async (script: (socket: Socket) => void, path?: string): Promise<ScriptedServer> => {
  const sockets = new Set<Socket>();
  let received = '';
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      server.emit('gone');
    });
    socket.on('data', (bytes) => {
      received += bytes;
    });
    script(socket);
  });
  server.listen(path ? { path } : { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'string' ? 0 : (address as AddressInfo).port,
    get received() {
      return received;
    },
    gone: async () => void (await once(server, 'gone')),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

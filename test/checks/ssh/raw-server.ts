import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server on loopback that does with each connection what a test says. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** All that the clients of ended connections sent; resolves at the end of the first one. */
  readonly received: Promise<string>;
}

export const openRawServer = async (serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<RawServer> => {
  const sockets = new Set<Socket>();
  let note: (received: string) => void = () => {};
  const received = new Promise<string>((resolve) => {
    note = resolve;
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = '';
    sockets.add(socket);
    socket
      .on('data', (bytes) => {
        heard += bytes;
      })
      .on('end', () => note(heard))
      .on('error', () => {})
      .on('close', () => sockets.delete(socket));
    serve(socket);
  }).listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

import { createServer, type Socket } from 'node:net';
import { type Listening, listening } from '../../listening.ts';

/** A TCP server on loopback that does with each connection what a test says. */
export interface RawServer extends Listening {
  /** All that the clients of ended connections sent; resolves at the end of the first one. */
  readonly received: Promise<string>;
}

export const openRawServer = async (serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<RawServer> => {
  let note: (received: string) => void = () => {};
  const received = new Promise<string>((resolve) => {
    note = resolve;
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = '';
    socket
      .on('data', (bytes) => {
        heard += bytes;
      })
      .on('end', () => note(heard));
    serve(socket);
  });
  return { received, ...(await listening(server, { port: 0, host })) };
};

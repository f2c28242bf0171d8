import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Listening, listening } from '../../listening.ts';

/** A server that does one thing with each connection, and keeps what clients said. */
export interface ScriptedServer extends Listening {
  /** Everything the clients said so far. */
  readonly received: string;
  /** Resolves with the next connection's socket once the client has closed it. */
  gone(): Promise<void>;
}

/** Starts one on 127.0.0.1, or on a unix socket. */
export const serve = async (script: (socket: Socket) => void, path?: string): Promise<ScriptedServer> => {
  let received = '';
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('close', () => server.emit('gone'));
    socket.on('data', (bytes) => {
      received += bytes;
    });
    script(socket);
  });
  const { port, [Symbol.asyncDispose]: end } = await listening(server, path ? { path } : undefined);
  return {
    port,
    get received() {
      return received;
    },
    gone: async () => void (await once(server, 'gone')),
    [Symbol.asyncDispose]: end,
  };
};

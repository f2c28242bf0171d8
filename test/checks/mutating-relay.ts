import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to one piece of what the server says. */
export interface Mutation {
  /** Which piece, counted from 0. A piece is mostly a reply. */
  readonly at: number;
  readonly kind: 'drop' | 'twice' | 'truncate' | 'insert' | 'replace' | 'code' | 'continue' | 'end' | 'reset' | 'bytes';
  /** Where in the piece, from 0 to 1. */
  readonly where: number;
  readonly junk: string;
  /** What stands in place of the reply code. */
  readonly code: string;
}

/** A relay before a server, which spoils some of what the server says over the control connection. */
export interface MutatingRelay extends AsyncDisposable {
  readonly port: number;
  /** Control connections that are open. */
  readonly open: number;
}

/** Starts one. */
export const relayTo = async (serverPort: number, mutations: readonly Mutation[]): Promise<MutatingRelay> => {
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (piece) => server.write(piece));
    let count = 0;
    server.on('data', (piece) => {
      const hits = mutations.filter(({ at }) => at === count);
      count++;
      let said: string | undefined = piece.toString('latin1');
      for (const mutation of hits) said = said === undefined ? said : mutate(said, mutation, client);
      if (said !== undefined && client.writable) client.write(said, 'latin1');
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    get open() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
};

/** What is said instead; `undefined` when the connection has ended with it. */
const mutate = (said: string, { kind, where, junk, code }: Mutation, client: Socket): string | undefined => {
  const at = Math.floor(where * said.length);
  switch (kind) {
    case 'drop':
      return '';
    case 'twice':
      return said + said;
    case 'truncate':
      return said.slice(0, at);
    case 'insert':
      return said.slice(0, at) + junk + said.slice(at);
    case 'replace':
      return said.slice(0, at) + junk + said.slice(at + junk.length);
    case 'code':
      return said.replace(/^\d{3}/, code);
    case 'continue':
      return said.replace(/^(\d{3}) /gm, '$1-');
    case 'end':
      client.end(said.slice(0, at), 'latin1');
      return undefined;
    case 'reset':
      client.resetAndDestroy();
      return undefined;
    case 'bytes':
      for (const byte of said) client.write(byte, 'latin1');
      return '';
    default:
      return kind satisfies never;
  }
};

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** What happens to one packet of the server on its way. */
export interface Mutation {
  /** Which packet, counted from 0. */
  readonly at: number;
  readonly kind: 'drop' | 'twice' | 'truncate' | 'insert' | 'replace' | 'opcode' | 'number' | 'elsewhere' | 'junk';
  /** Where in the packet, from 0 to 1. */
  readonly where: number;
  readonly junk: string;
  /** What stands in place of the opcode, or of the block number. */
  readonly number: number;
}

/** A relay before a TFTP server, which spoils some of its packets. */
export interface MutatingRelay extends AsyncDisposable {
  readonly port: number;
}

const opened = async (address = '127.0.0.1'): Promise<Socket> => {
  const socket = createSocket('udp4').on('error', () => {});
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
};

/** Starts one. Each request gets a port of its own on either side, as from a server. */
export const relayTo = async (serverPort: number, mutations: readonly Mutation[]): Promise<MutatingRelay> => {
  const sockets: Socket[] = [];
  let closed = false;
  let count = 0;
  const open = async (address?: string) => {
    const socket = await opened(address);
    if (closed) socket.close();
    else sockets.push(socket);
    return socket;
  };
  const asked = await open();
  const stranger = await open('127.0.0.2');

  const relay = async (request: Buffer, client: RemoteInfo) => {
    const [towardsClient, towardsServer] = [await open(), await open()];
    if (closed) return;
    let server: RemoteInfo | undefined;
    towardsServer.on('message', (packet, from) => {
      server = from;
      const hits = mutations.filter(({ at }) => at === count);
      count++;
      let packets: readonly Buffer[] = [packet];
      for (const mutation of hits) {
        if (mutation.kind === 'elsewhere') for (const one of packets) stranger.send(one, client.port, client.address);
        packets = packets.flatMap((one) => mutate(one, mutation));
      }
      for (const one of packets) towardsClient.send(one, client.port, client.address);
    });
    towardsClient.on('message', (packet) => {
      if (server) towardsServer.send(packet, server.port, server.address);
    });
    towardsServer.send(request, serverPort, '127.0.0.1');
  };
  asked.on('message', (request, client) => void relay(request, client));
  return {
    port: asked.address().port,
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all(
        sockets.map((socket) => {
          const gone = once(socket, 'close');
          socket.close();
          return gone;
        }),
      );
    },
  };
};

/** What arrives instead. */
const mutate = (packet: Buffer, { kind, where, junk, number }: Mutation): readonly Buffer[] => {
  const at = Math.floor(where * packet.length);
  const bytes = Buffer.from(junk, 'latin1');
  switch (kind) {
    case 'drop':
    case 'elsewhere':
      return [];
    case 'twice':
      return [packet, packet];
    case 'truncate':
      return [packet.subarray(0, at)];
    case 'insert':
      return [Buffer.concat([packet.subarray(0, at), bytes, packet.subarray(at)])];
    case 'replace':
      return [Buffer.concat([packet.subarray(0, at), bytes, packet.subarray(at + bytes.length)])];
    case 'opcode':
      return [Buffer.concat([Buffer.of(0, number & 0xff), packet.subarray(2)])];
    case 'number':
      return [Buffer.concat([packet.subarray(0, 2), Buffer.of(number >> 8, number & 0xff), packet.subarray(4)])];
    case 'junk':
      return [bytes, packet];
    default:
      return kind satisfies never;
  }
};

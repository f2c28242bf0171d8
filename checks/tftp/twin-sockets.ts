import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

/** An address to talk to. */
export interface Peer {
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** What arrives at {@link TwinSockets}. */
export interface TwinEvents {
  datagram(bytes: Buffer, from: RemoteInfo): void;
  /** A socket failed: `ECONNREFUSED` when the peer's port is closed. */
  fault(error: Error): void;
}

/**
 * Two UDP sockets on one local port. A TFTP server answers from a port of its own choice, which a connected socket
 * would not hear; but only a connected socket is told of the ICMP message that says the server's port is closed. So
 * the request goes out from a connected socket, and an unconnected twin on the same port hears the answer.
 */
export interface TwinSockets {
  listen(events: TwinEvents): void;
  /** The peer's address as the kernel writes it, to compare with that of a datagram. */
  readonly peerAddress: string;
  /** Sends to the peer's well-known port. */
  request(packet: Uint8Array): void;
  /** Sends to whoever sent a datagram; resolves once it is on its way, rejects when this machine will not send it. */
  reply(packet: Uint8Array, to: Pick<RemoteInfo, 'address' | 'port'>): Promise<void>;
  close(): void;
}

const attempts = 5;

/**
 * Opens them to a peer, from `source` if given, an address of this machine.
 *
 * @throws the system's error when no socket can be opened, bound or connected
 */
export const openTwinSockets = async (peer: Peer, source?: string): Promise<TwinSockets> => {
  const twins = await bindTwins({ type: peer.family === 6 ? 'udp6' : 'udp4', address: source });
  const [hearing, asking] = twins;
  const close = () => {
    for (const socket of twins) socket.close();
  };
  try {
    await settled(asking, 'connect', () => asking.connect(peer.port, peer.address));
  } catch (error) {
    close();
    throw error;
  }
  return {
    peerAddress: asking.remoteAddress().address,
    listen: ({ datagram, fault }) => {
      for (const socket of twins) socket.on('message', datagram).on('error', fault);
    },
    request: (packet) => asking.send(packet, (error) => error && asking.emit('error', error)),
    reply: (packet, { port, address }) =>
      new Promise((resolve, reject) => {
        hearing.send(packet, port, address, (error) => (error ? reject(error) : resolve()));
      }),
    close,
  };
};

/** Where sockets are bound: any address of this machine when none is named. */
interface Binding {
  readonly type: 'udp4' | 'udp6';
  readonly address?: string | undefined;
}

/**
 * Binds two sockets to one free port. A port that the system picks for a socket with `reuseAddr` may be that of
 * another such pair, whose answers would get mixed up with ours: so a socket without it picks the port.
 */
const bindTwins = async (binding: Binding, attempt = 1): Promise<[Socket, Socket]> => {
  const { type, address } = binding;
  const port = await freePort(binding);
  const twins: [Socket, Socket] = [createSocket({ type, reuseAddr: true }), createSocket({ type, reuseAddr: true })];
  try {
    for (const socket of twins) await bound(socket, port, address);
    return twins;
  } catch (error) {
    for (const socket of twins) socket.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === attempts) throw error;
    return bindTwins(binding, attempt + 1);
  }
};

const freePort = async ({ type, address }: Binding): Promise<number> => {
  const socket = createSocket(type);
  try {
    await bound(socket, 0, address);
    return socket.address().port;
  } finally {
    socket.close();
  }
};

const bound = (socket: Socket, port: number, address: string | undefined) =>
  settled(socket, 'listening', () => socket.bind({ port, exclusive: true, ...(address !== undefined && { address }) }));

/** Resolves at the event, rejects at an error, whichever `start` leads to. */
const settled = (socket: Socket, event: 'listening' | 'connect', start: () => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const succeed = () => {
      socket.off('error', fail);
      resolve();
    };
    const fail = (error: Error) => {
      socket.off(event, succeed);
      reject(error);
    };
    socket.once(event, succeed).once('error', fail);
    start();
  });

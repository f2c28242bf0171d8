import { type BindOptions, createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';

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
  /**
   * Sends to whoever sent a datagram.
   *
   * @param sent told once it is on its way, or with the error when this machine will not send it
   */
  reply(packet: Uint8Array, to: Pick<RemoteInfo, 'address' | 'port'>, sent: (error: Error | null) => void): void;
  close(): void;
}

/** How often a port is looked for: the one that was free may have gone meanwhile. */
const attempts = 5;

/**
 * Opens them to a peer, from `source` if given, an address of this machine.
 *
 * @throws the system's error when no socket can be opened, bound or connected
 */
export const openTwinSockets = (peer: Peer, source?: string): Promise<TwinSockets> =>
  new Promise((resolve, reject) => {
    const type = peer.family === 6 ? 'udp6' : 'udp4';
    const at = (port: number): BindOptions => ({
      port,
      exclusive: true,
      ...(source !== undefined && { address: source }),
    });
    const open = (attempt: number) => {
      // A port that the system picks for a socket with `reuseAddr` may be that of another such pair, whose answers would
      // get mixed up with ours: so a socket without it picks the port.
      const picking = createSocket({ type, lookup });
      picking.once('error', (error) => {
        picking.close();
        reject(error);
      });
      picking.bind(at(0), () => {
        const { port } = picking.address();
        picking.close();
        const twins = new Twins(type);
        twins.join(at(port), peer, (error) => {
          if (!error) return resolve(twins);
          twins.close();
          if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && attempt < attempts) open(attempt + 1);
          else reject(error);
        });
      });
    };
    open(1);
  });

class Twins implements TwinSockets {
  readonly #hearing: Socket;
  readonly #asking: Socket;
  #fault: (error: Error) => void = () => {};

  constructor(type: 'udp4' | 'udp6') {
    const options = { type, reuseAddr: true, lookup };
    const fault = (error: Error) => this.#fault(error);
    this.#hearing = createSocket(options).on('error', fault);
    this.#asking = createSocket(options).on('error', fault);
  }

  peerAddress = '';

  /** Binds and connects them. */
  join(local: BindOptions, peer: Peer, done: (error?: Error) => void): void {
    const [hearing, asking] = [this.#hearing, this.#asking];
    this.#fault = done;
    const connected = (error?: Error) => {
      // There are several ways to write one of IPv6.
      if (!error) this.peerAddress = peer.family === 6 ? asking.remoteAddress().address : peer.address;
      done(error);
    };
    hearing.bind(local, () => asking.bind(local, () => asking.connect(peer.port, peer.address, connected)));
  }

  listen({ datagram, fault }: TwinEvents): void {
    this.#fault = fault;
    this.#hearing.on('message', datagram);
    this.#asking.on('message', datagram);
  }

  request(packet: Uint8Array): void {
    this.#asking.send(packet, (error) => error && this.#fault(error));
  }

  reply(
    packet: Uint8Array,
    { port, address }: Pick<RemoteInfo, 'address' | 'port'>,
    sent: (error: Error | null) => void,
  ) {
    this.#hearing.send(packet, port, address, sent);
  }

  close(): void {
    this.#hearing.close();
    this.#asking.close();
  }
}

/** Only addresses come here: Node's own look-up would cost each packet a third of its time. */
const lookup: SocketOptions['lookup'] = (address, _options, done) => done(null, address, address.includes(':') ? 6 : 4);

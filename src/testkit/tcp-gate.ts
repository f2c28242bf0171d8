import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Gate } from './gate.ts';

/** A {@link Gate} of a TCP port. */
export class TcpGate implements Gate {
  readonly host: string;
  readonly port: number;
  comers = 0;
  readonly #server: Server;
  readonly #inside = new Set<Socket>();
  #hold: Socket | undefined;

  private constructor(server: Server, enter: (socket: Socket) => void) {
    const { address, port } = server.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.#server = server.on('connection', (socket) => {
      this.comers++;
      this.#inside.add(socket);
      socket.once('close', () => this.#inside.delete(socket));
      // A client that cuts its connection is no error here.
      socket.on('error', () => {});
      enter(socket);
    });
  }

  /** An open gate; `port` 0 takes any that is free. */
  static async open(host: string, port: number, enter: (socket: Socket) => void): Promise<TcpGate> {
    const server = createServer({ noDelay: true }).listen(port, host);
    await once(server, 'listening');
    return new TcpGate(server, enter);
  }

  async open(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.port, this.host);
    await once(this.#server, 'listening');
    this.#hold?.destroy();
    this.#hold = undefined;
  }

  async shut(): Promise<void> {
    await this.#cut();
    this.#hold ??= await holdPort(this.host, this.port);
  }

  async close(): Promise<void> {
    await this.#cut();
    this.#hold?.destroy();
  }

  async #cut(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#inside) socket.destroy();
    await closed;
  }
}

/**
 * Keeps a port that nobody listens on from being handed to someone else: a socket that is connected to itself
 * occupies it, while connections from anywhere else are refused.
 */
export const holdPort = (host: string, port: number): Promise<Socket> =>
  new Promise((resolve) => {
    const hold = connect({ host, port, localAddress: host, localPort: port });
    // Where a socket cannot connect to itself the port is merely not held.
    hold.on('error', () => resolve(hold));
    hold.on('connect', () => resolve(hold));
  });

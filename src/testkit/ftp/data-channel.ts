import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { holdPort } from '../tcp-gate.ts';

/** The passive data connections of one control connection: at most one is expected at a time (RFC 959, section 3.2). */
export class DataChannel {
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  #listener: Server | undefined;
  #expected: Promise<Socket | undefined> | undefined;
  #closed = false;

  constructor(host: string) {
    this.#host = host;
  }

  /** Listens for one data connection, instead of the one expected before. Gives the port. */
  async expect(): Promise<number> {
    const [listener, port] = await this.#listen();
    this.#expected = new Promise((resolve) => {
      listener.once('close', () => resolve(undefined));
      listener.once('connection', (socket) => {
        this.#keep(socket);
        resolve(socket);
        listener.close();
      });
    });
    return port;
  }

  /** Gives a port where connections are refused. */
  async refuse(): Promise<number> {
    const [, port] = await this.#listen();
    this.#stopListening();
    this.#keep(await holdPort(this.#host, port));
    return port;
  }

  /** The data connection, once the client has opened it; `undefined` when none is expected, or none came. */
  async take(): Promise<Socket | undefined> {
    const expected = this.#expected;
    this.#expected = undefined;
    return expected;
  }

  /** Cuts what is open, for good. */
  close(): void {
    this.#closed = true;
    this.#reset();
  }

  async #listen(): Promise<[Server, number]> {
    this.#reset();
    const listener = createServer({ noDelay: true }).listen(0, this.#host);
    listener.maxConnections = 1;
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    this.#listener = listener;
    // The control connection may have ended meanwhile.
    if (this.#closed) this.#reset();
    return [listener, port];
  }

  #reset(): void {
    this.#stopListening();
    for (const socket of this.#sockets) socket.destroy();
  }

  #stopListening(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.#expected = undefined;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // A client that cuts the transfer is no error here.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#closed) socket.destroy();
  }
}

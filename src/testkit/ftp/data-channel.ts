import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { holdPort } from '../tcp-gate.ts';

/** Where a data connection goes to in active mode, and comes from. */
export interface ActiveCall {
  readonly host: string;
  readonly port: number;
  readonly localAddress: string;
  /** Any when absent. */
  readonly localPort?: number;
}

/** The data connections of one control connection: at most one is expected at a time (RFC 959, section 3.2). */
export class DataChannel {
  /** Data connections so far. */
  count = 0;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  readonly #ended = new AbortController();
  #listener: Server | undefined;
  #next: (() => Promise<Socket | undefined>) | undefined;

  constructor(host: string) {
    this.#host = host;
  }

  /** Listens for one data connection, instead of the one expected before. Gives the port. */
  async expect(): Promise<number> {
    const [listener, port] = await this.#listen();
    const expected = new Promise<Socket | undefined>((resolve) => {
      listener.once('close', () => resolve(undefined));
      listener.once('connection', (socket) => {
        this.#keep(socket);
        resolve(socket);
        listener.close();
      });
    });
    this.#next = () => expected;
    return port;
  }

  /** Gives a port where connections are refused. */
  async refuse(): Promise<number> {
    const [, port] = await this.#listen();
    this.#stopListening();
    this.#keep(await holdPort(this.#host, port));
    return port;
  }

  /**
   * Lets the server open the next data connection itself, when it is needed.
   *
   * @param strangers calls that come before it, over which nothing is ever said
   * @param call `undefined`: never
   */
  callBack(strangers: readonly ActiveCall[], call: ActiveCall | undefined): void {
    this.#reset();
    this.#next = async () => {
      for (const stranger of strangers) await this.#call(stranger);
      return call ? await this.#call(call) : await this.#silence();
    };
  }

  /** The data connection, once it is open; `undefined` when none is expected, or none came. */
  async take(): Promise<Socket | undefined> {
    const next = this.#next;
    this.#next = undefined;
    const socket = await next?.();
    if (socket) this.count++;
    return socket;
  }

  /** Cuts what is open, for good. */
  close(): void {
    this.#ended.abort();
    this.#reset();
  }

  async #call({ host, port, localAddress, localPort }: ActiveCall): Promise<Socket | undefined> {
    const socket = connect({ host, port, localAddress, noDelay: true, ...(localPort && { localPort }) });
    this.#keep(socket);
    return await once(socket, 'connect').then(
      () => socket,
      () => undefined,
    );
  }

  async #silence(): Promise<undefined> {
    if (!this.#ended.signal.aborted) await once(this.#ended.signal, 'abort');
    return undefined;
  }

  async #listen(): Promise<[Server, number]> {
    this.#reset();
    const listener = createServer({ noDelay: true }).listen(0, this.#host);
    listener.maxConnections = 1;
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    this.#listener = listener;
    // The control connection may have ended meanwhile.
    if (this.#ended.signal.aborted) this.#reset();
    return [listener, port];
  }

  #reset(): void {
    this.#stopListening();
    for (const socket of this.#sockets) socket.destroy();
  }

  #stopListening(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.#next = undefined;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // A client that cuts the transfer is no error here.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#ended.signal.aborted) socket.destroy();
  }
}

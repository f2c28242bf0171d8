import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Gate } from './gate.ts';

/** What happens at a {@link UdpGate}. */
export interface UdpGateOptions {
  /** Called for each datagram that comes in. */
  readonly enter: (datagram: Buffer, from: RemoteInfo) => void;
  /** Called when what has entered is to be cut. */
  readonly cut: () => void;
}

/** A {@link Gate} of a UDP port. */
export class UdpGate implements Gate {
  readonly host: string;
  readonly port: number;
  comers = 0;
  readonly #options: UdpGateOptions;
  #socket: Socket | undefined;
  #hold: Socket | undefined;

  private constructor(socket: Socket, options: UdpGateOptions) {
    const { address, port } = socket.address();
    this.host = address;
    this.port = port;
    this.#options = options;
    this.#use(socket);
  }

  /** An open gate; `port` 0 takes any that is free. */
  static async open(host: string, port: number, options: UdpGateOptions): Promise<UdpGate> {
    return new UdpGate(await bindUdp(host, port), options);
  }

  async open(): Promise<void> {
    if (this.#socket) return;
    this.#hold?.close();
    this.#hold = undefined;
    this.#use(await bindUdp(this.host, this.port));
  }

  async shut(): Promise<void> {
    this.#cut();
    this.#hold ??= await holdUdpPort(this.host, this.port);
  }

  async close(): Promise<void> {
    this.#cut();
    this.#hold?.close();
    this.#hold = undefined;
  }

  #use(socket: Socket): void {
    this.#socket = socket;
    socket.on('message', (datagram, from) => {
      this.comers++;
      this.#options.enter(datagram, from);
    });
  }

  #cut(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#options.cut();
  }
}

/**
 * A socket bound to an address; errors that come later, such as an ICMP refusal, are ignored.
 *
 * @throws the system's error when the address cannot be had
 */
export const bindUdp = async (host: string, port = 0): Promise<Socket> => {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket.on('error', () => {});
};

/** Keeps a port from being handed to someone else: a socket connected to itself takes datagrams from nobody else. */
const holdUdpPort = async (host: string, port: number): Promise<Socket> => {
  const hold = await bindUdp(host, port);
  hold.connect(port, host);
  await once(hold, 'connect');
  return hold;
};

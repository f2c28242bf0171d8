import type { RemoteInfo, Socket } from 'node:dgram';
import { bindUdp } from '../udp-gate.ts';

/** What strangers say: an ERROR, a file, options, and nonsense. */
const sayings: readonly Buffer[] = [
  Buffer.from('\0\x05\0\x01not from here\0', 'latin1'),
  Buffer.from('\0\x03\0\x01a file of somebody else', 'latin1'),
  Buffer.from('\0\x06blksize\x0065464\0', 'latin1'),
  Buffer.from('\0', 'latin1'),
];

/** Two that send to a client what it has not asked them for: from 127.0.0.2, and from another port of the server. */
export class Strangers {
  readonly #sockets: readonly Socket[];
  #times = 0;

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  static async open(host: string): Promise<Strangers> {
    return new Strangers(await Promise.all(['127.0.0.2', host].map((address) => bindUdp(address))));
  }

  /** Says everything once more. */
  speakTo({ port, address }: Pick<RemoteInfo, 'port' | 'address'>): void {
    const [elsewhere, neighbour] = this.#sockets;
    // Before the server has answered, its other port could be the one that does.
    const speaking = this.#times++ === 0 ? [elsewhere] : [elsewhere, neighbour];
    for (const socket of speaking) for (const saying of sayings) socket?.send(saying, port, address);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

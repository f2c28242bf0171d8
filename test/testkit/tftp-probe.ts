import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A packet as it came: its type, its number (block or error code), the rest as text, and from where. */
export interface Answer {
  readonly type: number;
  readonly number: number;
  readonly text: string;
  readonly bytes: Buffer;
  readonly from: { readonly address: string; readonly port: number };
}

/**
 * A plain TFTP client of single packets. Requests go out by a connected socket, so that a refusal is noticed;
 * answers, which come from another port, are received by an unconnected one on the same port.
 */
export class TftpProbe implements AsyncDisposable {
  readonly #asking: Socket;
  readonly #listening: Socket;

  private constructor(asking: Socket, listening: Socket) {
    this.#asking = asking;
    this.#listening = listening;
  }

  static async to(server: { readonly host: string; readonly port: number }): Promise<TftpProbe> {
    const listening = createSocket({ type: 'udp4', reuseAddr: true });
    listening.bind(0, '127.0.0.1');
    await once(listening, 'listening');
    const asking = createSocket({ type: 'udp4', reuseAddr: true });
    asking.bind(listening.address().port, '127.0.0.1');
    await once(asking, 'listening');
    asking.connect(server.port, server.host);
    await once(asking, 'connect');
    return new TftpProbe(asking, listening);
  }

  /** Sends an RRQ and resolves with the first answer, or rejects when the port is closed. */
  async request(file: string, ...options: string[]): Promise<Answer> {
    const answer = this.answer();
    this.ask(file, ...options);
    return answer;
  }

  ask(file: string, ...options: string[]): void {
    this.send(`\0\x01${[file, 'octet', ...options].join('\0')}\0`);
  }

  /** Sends any bytes to the server's port. */
  send(packet: string): void {
    this.#asking.send(Buffer.from(packet, 'latin1'));
  }

  /** The next packet. */
  async answer(): Promise<Answer> {
    const ended = new AbortController();
    try {
      const [bytes, from] = (await Promise.race([
        once(this.#listening, 'message', { signal: ended.signal }),
        once(this.#asking, 'error', { signal: ended.signal }).then(([error]) => Promise.reject(error)),
      ])) as [Buffer, RemoteInfo];
      if (bytes.length < 4) return { type: -1, number: -1, text: '', bytes, from };
      const [type, number] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
      return { type, number, text: bytes.toString('latin1', 4).replace(/\0$/, ''), bytes, from };
    } finally {
      ended.abort();
    }
  }

  acknowledge(block: number, { from }: Answer): void {
    this.#listening.send(Buffer.of(0, 4, block >> 8, block & 255), from.port, from.address);
  }

  refuse(code: number, text: string, { from }: Answer): void {
    this.#listening.send(Buffer.from(`\0\x05\0${String.fromCharCode(code)}${text}\0`), from.port, from.address);
  }

  /** Requests a file and fetches all of it. */
  async fetch(file: string, ...options: string[]): Promise<Buffer> {
    const blocks: Buffer[] = [];
    let answer = await this.request(file, ...options);
    for (;;) {
      if (answer.type === 5) throw new Error(`ERROR ${answer.number} ${answer.text}`);
      const next = this.answer();
      next.catch(() => {});
      this.acknowledge(answer.type === 6 ? 0 : answer.number, answer);
      if (answer.type === 3) blocks.push(answer.bytes.subarray(4));
      if (answer.type === 3 && answer.bytes.length < 516) return Buffer.concat(blocks);
      answer = await next;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [this.#asking, this.#listening]) {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    }
  }
}

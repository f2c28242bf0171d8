import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from '../../../src/testkit/index.ts';

/** What a stand-in does with a request: bytes to answer, or a way to be wrong. */
export type Reply = string | Buffer | 'hang' | 'hang up' | 'half' | 'stall';

/** An answer with a body, byte by byte. */
export const answer = (status: string, body = '', ...headers: readonly string[]): string =>
  [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');

const halfAnAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":';

/** A server that keeps every byte it is sent, and answers what it is told. */
export class StandIn implements AsyncDisposable {
  /** Each request as it came, in order. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #replies: Reply[] = [];

  private constructor(certificate: Certificate | undefined) {
    const serve = (socket: Socket) => this.#serve(socket);
    this.#server = certificate ? createTlsServer(certificate, serve) : createServer(serve);
    // A client that does not trust us is the point of a test.
    this.#server.on('tlsClientError', () => {});
  }

  /** Starts one on loopback; over TLS with a certificate. Without more replies it says `200 OK`. */
  static async listen(replies: readonly Reply[] = [], certificate?: Certificate): Promise<StandIn> {
    const standIn = new StandIn(certificate);
    standIn.#replies = [...replies];
    await once(standIn.#server.listen(0, '127.0.0.1'), 'listening');
    return standIn;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    let said = '';
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString('latin1');
      const [head, rest] = said.split('\r\n\r\n', 2);
      const length = Number(/\r\nContent-Length: (\d+)/.exec(head ?? '')?.[1] ?? 0);
      if (rest === undefined || rest.length < length) return;
      this.requests.push(said);
      said = '';
      const reply = this.#replies.shift() ?? answer('200 OK', '{}');
      if (reply === 'hang up') socket.destroy();
      else if (reply === 'half') socket.end(halfAnAnswer);
      else if (reply === 'stall') socket.write(halfAnAnswer);
      else if (reply !== 'hang') socket.end(reply);
    });
  }
}

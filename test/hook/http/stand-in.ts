import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from '../../../src/testkit/index.ts';
import { type Listening, listening } from '../../listening.ts';
import { httpAnswer } from '../http-answer.ts';

/** What a stand-in does with a request: bytes to answer, or a way to be wrong. */
export type Reply = string | Buffer | 'hang' | 'hang up' | 'half' | 'stall';

const halfAnAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":';

/** A server that keeps every byte it is sent, and answers what it is told. */
export class StandIn implements AsyncDisposable {
  /** Each request as it came, in order. */
  readonly requests: string[] = [];
  readonly #replies: Reply[];
  #listening: Listening | undefined;

  private constructor(replies: readonly Reply[]) {
    this.#replies = [...replies];
  }

  /** Starts one on loopback; over TLS with a certificate. Without more replies it says `200 OK`. */
  static async listen(replies: readonly Reply[] = [], certificate?: Certificate): Promise<StandIn> {
    const standIn = new StandIn(replies);
    const serve = (socket: Socket) => standIn.#serve(socket);
    const server = certificate ? createTlsServer(certificate, serve) : createServer(serve);
    // A client that does not trust us is the point of a test.
    server.on('tlsClientError', () => {});
    standIn.#listening = await listening(server);
    return standIn;
  }

  get port(): number {
    return this.#listening?.port ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening?.[Symbol.asyncDispose]();
  }

  #serve(socket: Socket): void {
    socket.on('error', () => {});
    let said = '';
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString('latin1');
      const [head, rest] = said.split('\r\n\r\n', 2);
      const length = Number(/\r\nContent-Length: (\d+)/.exec(head ?? '')?.[1] ?? 0);
      if (rest === undefined || rest.length < length) return;
      this.requests.push(said);
      said = '';
      const reply = this.#replies.shift() ?? httpAnswer('200 OK', '{}');
      if (reply === 'hang up') socket.destroy();
      else if (reply === 'half') socket.end(halfAnAnswer);
      else if (reply === 'stall') socket.write(halfAnAnswer);
      else if (reply !== 'hang') socket.end(reply);
    });
  }
}

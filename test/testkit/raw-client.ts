import { connect, Socket } from 'node:net';

/** A plain client of TCP, or of TLS on it: what a server does to it is all it knows. */
export class RawClient implements Disposable {
  readonly socket: Socket;
  /** Everything the server has said. */
  said = '';
  /** Resolves at the end of the connection: `end`, or the code of the error. */
  readonly ended: Promise<string>;

  /** @param to the server, or a connection to it */
  constructor(to: { readonly host: string; readonly port: number } | Socket) {
    this.socket = (to instanceof Socket ? to : connect({ host: to.host, port: to.port })).setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.said += text;
    });
    this.ended = new Promise((resolve) => {
      this.socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      this.socket.on('close', () => resolve('end'));
    });
  }

  send(line: string): void {
    this.socket.write(`${line}\r\n`);
  }

  /** Resolves with all that was said once it matches; rejects when the connection ends before. */
  says(match: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!match.test(this.said)) return;
        this.socket.off('data', look);
        resolve(this.said);
      };
      this.socket.on('data', look);
      void this.ended.then((how) => reject(new Error(`${how} after: ${this.said}`)));
      look();
    });
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

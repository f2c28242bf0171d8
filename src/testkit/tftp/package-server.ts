import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { Request, Response, Server } from 'tftp';
import { type ActiveFaults, readTestFile, type TestFiles } from '../files.ts';
import { bindUdp } from '../udp-gate.ts';
import type { TftpFault } from './tftp-fault.ts';

/** What {@link PackageServer} serves, and whom it tells. */
export interface PackageServerOptions {
  readonly files: TestFiles;
  readonly faults: ActiveFaults<TftpFault>;
  /** Told when a transfer is over, by the client's port. */
  readonly onOver: (clientPort: number) => void;
}

/** The server of the `tftp` package, on a port of 127.0.0.1 that nobody needs to know. */
export class PackageServer {
  readonly port: number;
  readonly #server: Server;
  readonly #requests: Set<Request>;

  private constructor(server: Server, port: number, requests: Set<Request>) {
    this.#server = server;
    this.port = port;
    this.#requests = requests;
  }

  /** Loads the package and starts its server. */
  static async start({ files, faults, onOver }: PackageServerOptions): Promise<PackageServer> {
    const { default: tftp } = await import('tftp');
    const requests = new Set<Request>();
    const answer = (request: Request, response: Response): void => {
      const { remotePort } = request.stats;
      requests.add(request);
      // Whatever goes wrong in a transfer has been said on the wire.
      request.on('error', () => {});
      request.on('close', () => {
        requests.delete(request);
        onOver(remotePort);
      });
      const content = readTestFile(files, request.file, faults);
      if (faults.has('access-denied')) request.abort(tftp.EACCESS);
      else if (content) send(response, content);
      else request.abort(tftp.ENOENT);
    };
    // The package cannot choose a port, so a free one is looked for, and another if it has gone meanwhile.
    for (;;) {
      const port = await freePort();
      const server = tftp.createServer({ host: '127.0.0.1', port, root: tmpdir(), denyPUT: true }, answer);
      try {
        server.listen();
        await once(server, 'listening');
        server.on('error', () => {});
        return new PackageServer(server, port, requests);
      } catch (error) {
        server.close();
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
  }

  /** Ends all transfers. */
  cut(): void {
    for (const request of this.#requests) request.close();
  }

  /** Stops for good. */
  async close(): Promise<void> {
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}

const send = (response: Response, content: Buffer): void => {
  response.setSize(content.length);
  // The package sends the block of an empty file by itself, and fails on an empty write.
  if (content.length > 0) response.end(content);
  else response.end();
};

const freePort = async (): Promise<number> => {
  const socket = await bindUdp('127.0.0.1');
  const { port } = socket.address();
  socket.close();
  return port;
};

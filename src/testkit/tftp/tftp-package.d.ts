/** The parts of the untyped `tftp` package that the test kit uses. */
declare module 'tftp' {
  import type { EventEmitter } from 'node:events';
  import type { Readable, Writable } from 'node:stream';

  const tftp: {
    createServer(
      options: tftp.ServerOptions,
      onRequest: (request: tftp.Request, response: tftp.Response) => void,
    ): tftp.Server;
    createClient(options: tftp.ClientOptions): { createGetStream(file: string): Readable };
    /** The message of ERROR 1. */
    readonly ENOENT: string;
    /** The message of ERROR 2. */
    readonly EACCESS: string;
  };
  namespace tftp {
    interface ServerOptions {
      readonly host?: string;
      /** 0 means 69. */
      readonly port?: number;
      /** Must exist; nothing is read from it when there is a request listener. */
      readonly root?: string;
      readonly denyPUT?: boolean;
      /** How often a packet is repeated. Default 3. */
      readonly retries?: number;
      /** Milliseconds before a packet is repeated. Default 3,000. */
      readonly timeout?: number;
    }

    /** A request; it emits `close` when its transfer is over, and `error` before or after that when it failed. */
    interface Request extends Readable {
      readonly method: 'GET' | 'PUT';
      /** The path, as it was sent, with `.` and `..` resolved. */
      readonly file: string;
      readonly stats: { readonly remoteAddress: string; readonly remotePort: number };
      /** Sends an ERROR; one of the package's own messages gives its code, any other text code 0. */
      abort(message: string): void;
      close(): void;
    }

    interface Response extends Writable {
      /** Must come before the first write. */
      setSize(bytes: number): void;
    }

    interface Server extends EventEmitter {
      listen(): void;
      /** Stops taking requests; transfers go on. */
      close(): void;
    }

    interface ClientOptions {
      readonly host: string;
      readonly port: number;
      readonly retries?: number;
      /** Milliseconds. */
      readonly timeout?: number;
    }
  }
  export = tftp;
}

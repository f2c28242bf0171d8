/**
 * A server that behaves until told otherwise: every fault is on a switch.
 *
 * A fault applies to connections, commands and transfers that begin while it is on: what has begun under it goes on
 * as it began when it is healed. Only `refuse` also cuts what is open.
 */
export interface TestServer<Fault extends string> extends AsyncDisposable {
  /** The address it listens on, `127.0.0.1` unless told otherwise. */
  readonly host: string;
  /** Chosen at the start; stays the same when `refuse` is healed. */
  readonly port: number;
  /** The faults in force. */
  readonly faults: ReadonlySet<Fault>;
  /** Switches a fault on; several may be on at once. Resolves when it is in force. */
  inject(fault: Fault): Promise<void>;
  /** Switches a fault off, or all of them. Resolves when that is in force. */
  heal(fault?: Fault): Promise<void>;
  /** Connections accepted so far (TFTP: requests). */
  readonly connections: number;
  /** What the server received, line by line: the newest 1,000 lines, passwords masked. */
  readonly dialogue: readonly string[];
  /**
   * The first line received, so far or from now on, that equals the text or matches the expression.
   *
   * @throws the signal's reason, or an error when the server closes first
   */
  received(match: string | RegExp, signal?: AbortSignal): Promise<string>;
  /** Ends all connections and frees the port. Idempotent. */
  close(): Promise<void>;
}

/** What every server of the test kit can be told at its start. */
export interface TestServerOptions {
  /** IP address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Files by path; they can be changed in `server.files` while it runs. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

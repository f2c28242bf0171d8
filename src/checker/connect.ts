import { connect, isIP, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net';
import type { StopSignal } from '../clock/stop.ts';
import { familyOf } from './address-family.ts';
import type { Target } from './checker.ts';

/** How {@link connectTcp} connects. */
export interface ConnectOptions {
  readonly signal: StopSignal;
  /** Takes the bytes instead of the stream (`onread` of `net.Socket`). */
  readonly onread?: OnReadOpts;
  /** Whether small writes leave at once, for dialogues (TCP_NODELAY). Default true. */
  readonly noDelay?: boolean;
}

/**
 * Opens a TCP connection (or one to a unix socket, when the host is an absolute path), from the target's source address
 * if it names one.
 *
 * @returns a connected socket that is destroyed when `signal` aborts
 * @throws the system's error (see `classifyNetworkError`), or the signal's reason; when the name has not been resolved
 * by then, the error of a name that does not resolve
 */
export const connectTcp = (target: Target, { signal, onread, noDelay = true }: ConnectOptions): Promise<Socket> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const { host, port, source } = target;
    const family = familyOf(target);
    if (isUnresolvable(host, family)) return reject(unresolvable(host));
    const isPath = host.startsWith('/');
    const options: SocketOptions = {
      path: isPath ? host : undefined,
      host: isPath ? undefined : host,
      port,
      family,
      localAddress: source,
      noDelay: noDelay && !isPath,
      onread,
      allowHalfOpen: false,
      emitClose: false,
      autoDestroy: true,
      decodeStrings: false,
    };
    const socket = connect(options as NetConnectOpts);
    let resolved = isPath || isIP(host) !== 0;
    if (!resolved)
      socket.once('lookup', () => {
        resolved = true;
      });
    const abort = () => {
      socket.destroy();
      // A resolver that takes all the time is no fault of the server.
      reject(resolved ? signal.reason : unresolvable(host));
    };
    signal.addEventListener('abort', abort, { once: true });
    // None of these comes twice, and `once` costs more than `on`.
    socket.on('close', () => signal.removeEventListener('abort', abort));
    // Stays for the socket's whole life: an error that nobody listens for would end the process.
    socket.on('error', reject);
    socket.on('connect', () => resolve(socket));
  });

/**
 * The options of a socket, those included that it sets itself in its copy of them. Where that adds to the copy, Node 20
 * makes a hidden class of its own for each, and all that looks at one is slow: a fifth of what a socket costs.
 */
interface SocketOptions {
  readonly path: string | undefined;
  readonly host: string | undefined;
  readonly port: number;
  readonly family: number | undefined;
  readonly localAddress: string | undefined;
  readonly noDelay: boolean;
  readonly onread: OnReadOpts | undefined;
  readonly allowHalfOpen: false;
  readonly emitClose: false;
  readonly autoDestroy: true;
  readonly decodeStrings: false;
}

/** Node would take an empty host as localhost, and connect to a literal address whatever the family asked for. */
const isUnresolvable = (host: string, family: 4 | 6 | undefined): boolean =>
  host === '' || (family !== undefined && isIP(host) !== 0 && isIP(host) !== family);

const unresolvable = (host: string): Error =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });

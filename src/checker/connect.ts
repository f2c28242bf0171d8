import { connect, type Socket } from 'node:net';
import type { Target } from './checker.ts';

/**
 * Opens a TCP connection (or one to a unix socket, when the host is an absolute path).
 *
 * @returns a connected socket that is destroyed when `signal` aborts
 * @throws the system's error (see `classifyNetworkError`), or the signal's reason
 */
export const connectTcp = (target: Target, { signal }: { readonly signal: AbortSignal }): Promise<Socket> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const { host, port, family } = target;
    const socket = host.startsWith('/') ? connect({ path: host }) : connect({ host, port, ...(family && { family }) });
    const abort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    // Stays for the socket's whole life: an error that nobody listens for would end the process.
    socket.on('error', reject);
    socket.once('connect', () => {
      socket.setNoDelay(true);
      resolve(socket);
    });
  });

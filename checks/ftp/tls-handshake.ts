import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { CheckContext } from '../../src/checker/index.ts';
import type { TlsTerms } from './tls-terms.ts';

/**
 * Makes a TLS connection of a connected socket. Nothing is verified: that is its user's to do.
 *
 * @param session of an earlier connection, to be resumed
 * @returns a socket that is destroyed when the signal aborts
 * @throws the error of the socket or of TLS, or the signal's reason
 */
export const shakeHands = (
  socket: Socket,
  { name, servername, secureContext }: TlsTerms,
  { signal }: Pick<CheckContext, 'signal'>,
  session?: Buffer,
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const secured = connect({
      socket,
      secureContext,
      host: name,
      rejectUnauthorized: false,
      ...(servername !== undefined && { servername }),
      ...(session && { session }),
    });
    const abort = () => {
      reject(signal.reason);
      secured.destroy();
    };
    signal.addEventListener('abort', abort, { once: true });
    // Stays for the socket's whole life: an error that nobody listens for would end the process.
    secured.on('error', reject);
    secured.once('close', () => {
      signal.removeEventListener('abort', abort);
      reject(Object.assign(new Error('closed during the TLS handshake'), { code: 'ECONNRESET' }));
    });
    secured.once('secureConnect', () => resolve(secured));
  });

/** Ends a TLS connection; resolves once its close_notify has left (RFC 8446, 6.1), or cannot any more. */
export const endTls = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve) => {
    // A destroyed socket calls back to nobody.
    if (socket.destroyed) return resolve();
    socket.once('close', () => resolve());
    socket.end(() => resolve());
  });

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { CheckContext } from '../../src/checker/index.ts';
import { type Certificate, certificateOf, factsOf } from './certificate.ts';
import type { DeepFailure } from './deep-failure.ts';
import type { Facts } from './deep-verdict.ts';
import { expiring, handshakeFailed, notReused, notTrusted } from './tls-failure.ts';
import { shakeHands } from './tls-handshake.ts';
import type { TlsTerms } from './tls-terms.ts';

/** The TLS side of a control connection (RFC 4217). */
export interface ControlTls {
  readonly socket: TLSSocket;
  /** Version, cipher and certificate, and what data connections made of them so far. */
  readonly facts: Facts;
  /** A certificate whose expiry is near enough to warn of, which is no reason to end the run. */
  readonly warning: DeepFailure | undefined;
  /**
   * Makes a TLS connection of a data connection, on the session of the control connection, and judges its certificate
   * by the same terms. Servers shake hands only once the transfer has begun: send its command first.
   *
   * @throws DeepFailure `tls-handshake`, `tls-verify`, `tls-expiring`, `tls-no-reuse`, or the signal's reason
   */
  secureData(socket: Socket): Promise<TLSSocket>;
}

/**
 * Makes a TLS connection of the control connection, and judges its certificate. `life` is that of the connections.
 *
 * @throws DeepFailure `tls-handshake`, `tls-verify`, `tls-expiring`, or the signal's reason
 */
export const secureControl = async (
  control: Socket,
  terms: TlsTerms,
  life: Pick<CheckContext, 'signal' | 'clock'>,
): Promise<ControlTls> => {
  let warning: DeepFailure | undefined;

  const shake = (socket: Socket, what: string, session?: Buffer): Promise<TLSSocket> =>
    shakeHands(socket, terms, life, session).catch((error: unknown) => {
      throw life.signal.aborted ? error : handshakeFailed(error, what);
    });
  const judge = (socket: TLSSocket, certificate: Certificate, what: string): void => {
    if (terms.verified && !socket.authorized)
      throw ended(socket, notTrusted(String(socket.authorizationError), certificate, terms.name, what));
    const near = terms.expiry && expiring(certificate, terms.expiry, life.clock.wallTime(), what);
    if (near?.status === 'CRITICAL') throw ended(socket, near);
    warning ??= near;
  };

  const socket = await shake(control, 'control connection');
  const certificate = certificateOf(socket);
  judge(socket, certificate, 'control connection');
  let facts: Facts = {
    tlsVersion: socket.getProtocol() ?? 'unknown',
    tlsCipher: socket.getCipher().standardName,
    ...factsOf(certificate),
  };
  // A server of TLS 1.3 sends its tickets behind the handshake; the newest is the one to resume.
  let session = socket.getSession();
  socket.on('session', (newest) => {
    session = newest;
  });

  return {
    socket,
    get facts() {
      return facts;
    },
    get warning() {
      return warning;
    },
    async secureData(data) {
      const secured = await shake(data, 'data connection', session);
      const reused = secured.isSessionReused();
      facts = { ...facts, dataTlsReused: reused && facts['dataTlsReused'] !== false };
      // Only who has shown the certificate of the control connection can resume its session: there is no other.
      if (reused) return secured;
      const shown = certificateOf(secured);
      if (shown.fingerprint !== certificate.fingerprint)
        facts = { ...facts, dataCertificateFingerprint: shown.fingerprint };
      judge(secured, shown, 'data connection');
      if (terms.reuse === 'require') throw ended(secured, notReused());
      return secured;
    },
  };
};

const ended = (socket: TLSSocket, failure: DeepFailure): DeepFailure => {
  socket.destroy();
  return failure;
};

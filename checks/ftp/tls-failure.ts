import { isoTime } from '../../src/checker/index.ts';
import type { Certificate } from './certificate.ts';
import { DeepFailure } from './deep-failure.ts';
import { type ExpiryDays, judgeExpiry } from './expiry.ts';

/** What to do about a certificate that has expired, or will soon. */
export const renewal = 'Renew the certificate, and make the server load it.';

/** The words for what is said in place of a handshake. */
const noTls = 'what the server says is no TLS';

/** What Node's and OpenSSL's codes for a handshake that failed mean. */
const handshakeFaults: Readonly<Record<string, string>> = {
  ECONNRESET: 'the server closed the connection',
  EPIPE: 'the server closed the connection',
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_BAD_RECORD_TYPE: noTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'no version of TLS in common',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'no version of TLS in common',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'no cipher in common, or the server wants a certificate of ours',
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'the server does not know the name it was asked for',
};

/** Whether this is TLS that failed because the server said something else instead. */
export const isNoTls = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && handshakeFaults[String(error.code)] === noTls;

/**
 * A handshake that failed, caused by the error of the socket or of TLS. `what` is the connection, `control connection` or
 * `data connection`.
 */
export const handshakeFailed = (error: unknown, what: string): DeepFailure => {
  const { code = '', reason } = error as { readonly code?: string; readonly reason?: string };
  return new DeepFailure(
    'CRITICAL',
    'tls-handshake',
    `TLS handshake on the ${what} failed: ${handshakeFaults[code] ?? reason ?? code}`,
    'Look at the TLS settings of the server and at its log; is tls (explicit, implicit) what this port speaks?',
    { cause: error },
  );
};

/** Whether an error is OpenSSL's. */
export const isTlsError = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_SSL_');

/** TLS that broke behind its handshake: with TLS 1.3 a server refuses us only then. */
export const brokeOff = (error: Error, stage: string): DeepFailure =>
  isNoTls(error)
    ? injected()
    : new DeepFailure(
        'CRITICAL',
        'tls-handshake',
        `TLS broke during ${stage}: ${'reason' in error ? error.reason : error.message}`,
        'Look at the TLS settings of the server and at its log: does it want a certificate of its clients?',
      );

/** AUTH TLS was refused (RFC 4217, 4). */
export const authRefused = (said: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'tls-handshake',
    `AUTH TLS refused: ${said}`,
    'Switch TLS on at the server, or look at its log for why it could not: a key it may not read, for instance.',
  );

/** PBSZ or PROT was refused (RFC 4217, 8 and 9). */
export const protectionRefused = (command: string, said: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'tls-handshake',
    `${command} refused: ${said}`,
    'The server takes TLS on the control connection but not on data connections: allow it there too.',
  );

/** Bytes in clear after TLS was agreed on: somebody on the way could slip replies into the session with them. */
export const injected = (): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'tls-injection',
    'the server goes on in clear after TLS was agreed on',
    'The server, or something between, mixes clear text into the session (CVE-2011-0411): update it.',
  );

/** The words for a certificate that is not trusted, by the codes of Node. */
const trustFaults: Readonly<Record<string, (certificate: Certificate, name: string) => string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: () => 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: () => 'comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: ({ issuer }) => `comes from an unknown issuer, "${issuer}"`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ({ issuer }) => `comes from an unknown issuer, "${issuer}"`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ({ issuer }) => `comes from an unknown issuer, "${issuer}"`,
  CERT_SIGNATURE_FAILURE: ({ issuer }) => `is not signed by the "${issuer}" that is trusted`,
  CERT_HAS_EXPIRED: ({ expiresAt }) => `expired on ${dateOf(expiresAt)}`,
  CERT_NOT_YET_VALID: () => 'is not valid yet',
  CERT_REVOKED: () => 'is revoked',
  INVALID_PURPOSE: () => 'is not for servers',
  ERR_TLS_CERT_ALTNAME_INVALID: ({ altNames }, name) => `is not for ${name} but for ${altNames || 'its subject alone'}`,
};

const trustRemedies: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: renewal,
  CERT_NOT_YET_VALID: "Look at the certificate's dates and at the clock of this machine.",
  ERR_TLS_CERT_ALTNAME_INVALID: 'Have the certificate made out to this name, or name the right one with sni.',
};

/** A certificate that is not to be trusted, for the reason that `code` (`TLSSocket.authorizationError`) gives. */
export const notTrusted = (code: string, certificate: Certificate, name: string, what: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'tls-verify',
    `certificate "${certificate.subject}" of the ${what} ${trustFaults[code]?.(certificate, name) ?? `does not verify: ${code}`}`,
    trustRemedies[code] ?? 'Let the server send its whole chain, and name its authority with tlsCa if it is your own.',
  );

/** The failure, or the warning, of a certificate whose expiry is near; `undefined` when it is not. `now` is wall time. */
export const expiring = (
  { subject, expiresAt }: Certificate,
  days: ExpiryDays,
  now: number,
  what: string,
): DeepFailure | undefined => {
  const { status, secondsLeft, daysLeft } = judgeExpiry(expiresAt, now, days);
  if (status === 'OK') return undefined;
  const when =
    secondsLeft <= 0
      ? 'expired'
      : daysLeft > 0
        ? `expires in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`
        : 'expires in less than a day';
  return new DeepFailure(
    status,
    'tls-expiring',
    `certificate "${subject}" of the ${what} ${when} (${dateOf(expiresAt)})`,
    renewal,
  );
};

const dateOf = (ms: number): string => (Number.isNaN(ms) ? 'no valid date' : isoTime(ms).replace('.000Z', 'Z'));

/** A data connection did not resume the TLS session of the control connection. */
export const notReused = (): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'tls-no-reuse',
    'data connection does not resume the TLS session of the control connection',
    'Give the server a session cache that lasts, and session tickets that may be used more than once; or let it not require reuse (vsftpd: require_ssl_reuse=NO, ProFTPD: TLSOptions NoSessionReuseRequired).',
  );

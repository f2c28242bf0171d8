import type { TLSSocket } from 'node:tls';
import { cleanText, isoTime, parseOpensslTime } from '../../src/checker/index.ts';
import type { Facts } from './deep-verdict.ts';

/** What a server's certificate says of itself: cleaned, not yet believed. */
export interface Certificate {
  /** Common name of the subject; `Unknown CN` when it has none. */
  readonly subject: string;
  readonly issuer: string;
  /** Alternative names as Node prints them, `DNS:ftp.example.com, IP Address:10.2.0.11`. */
  readonly altNames: string;
  /** Milliseconds since the epoch; `NaN` when it is no time. */
  readonly expiresAt: number;
  /** SHA-256 in hexadecimal digits with colons. */
  readonly fingerprint: string;
}

/** The certificate that the server of a TLS connection has shown, if any. */
export const certificateOf = (socket: TLSSocket): Certificate => {
  const { subject, issuer, valid_to, fingerprint256, subjectaltname } = socket.getPeerCertificate();
  return {
    subject: commonName(subject),
    issuer: commonName(issuer),
    altNames: shortText(subjectaltname ?? ''),
    expiresAt: parseOpensslTime(valid_to ?? ''),
    fingerprint: fingerprint256 ?? '',
  };
};

/** What others may compare. */
export const factsOf = ({ subject, issuer, expiresAt, fingerprint }: Certificate): Facts => ({
  certificateSubject: subject,
  certificateIssuer: issuer,
  ...(!Number.isNaN(expiresAt) && { certificateExpires: isoTime(expiresAt) }),
  certificateFingerprint: fingerprint,
});

/** The types of Node hide that a name may be missing, or be there several times. */
const commonName = (name: { readonly CN?: string | string[] } | undefined): string => {
  const found = [name?.CN ?? []].flat();
  return shortText(found.length > 0 ? found.join(', ') : 'Unknown CN');
};

const longestText = 256;

const shortText = (said: string): string => {
  const text = cleanText(said);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
};

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { domainToASCII } from 'node:url';
import { LocalFileError, readLocalFile, type Target } from '../../src/checker/index.ts';
import { DeepFailure } from './deep-failure.ts';
import { type ExpiryDays, parseExpiryDays } from './expiry.ts';
import type { FtpOptions } from './options.ts';

/** What TLS with a server must look like, for the control connection and all data connections of a run. */
export interface TlsTerms {
  readonly secureContext: SecureContext;
  /** Host name or IP address that the certificate must be made out to. */
  readonly name: string;
  /** Name to ask the server for (SNI, RFC 6066, 3), which knows no IP addresses. */
  readonly servername: string | undefined;
  /** Whether the certificate must be trusted and made out to the name. */
  readonly verified: boolean;
  /** When the expiry of the certificate is near; absent where that is not looked at. */
  readonly expiry: ExpiryDays | undefined;
  readonly reuse: FtpOptions['tlsReuse'];
}

/** More than all public authorities together (Debian's file of them has 220 KiB). */
const largestCaBytes = 1024 * 1024;

/**
 * The terms that options ask for: trust in `tlsCa`, read at each run, or in the public authorities that Node knows
 * (and those of NODE_EXTRA_CA_CERTS), from TLS 1.2 on.
 *
 * @throws DeepFailure `local-fault` when `tlsCa` cannot be read or holds no certificate
 */
export const readTlsTerms = async (options: FtpOptions, target: Target): Promise<TlsTerms> => {
  const { tlsCa, tlsInsecure = false, tlsMinVersion = '1.2', tlsReuse, certificate } = options;
  const ca = tlsCa === undefined ? undefined : await readAuthorities(tlsCa);
  return {
    ...namesOf(options, target),
    secureContext: createSecureContext({ minVersion: `TLSv${tlsMinVersion}`, ...(ca && { ca }) }),
    verified: !tlsInsecure,
    expiry: certificate === undefined ? undefined : parseExpiryDays(certificate),
    reuse: tlsReuse,
  };
};

/** The terms of check_ftp's `-S`: nothing is verified, and no name is asked for but the one of `--sni`. */
export const classicTlsTerms = ({ sni, certificate }: FtpOptions, { host }: Target): TlsTerms => ({
  name: host,
  servername: sni,
  secureContext: createSecureContext(),
  verified: false,
  expiry: certificate === undefined ? undefined : parseExpiryDays(certificate),
  reuse: undefined,
});

/** A unix socket has no name that a certificate could bear but this machine's. */
const namesOf = ({ sni }: FtpOptions, { host }: Target): Pick<TlsTerms, 'name' | 'servername'> => {
  const name = sni ?? (host.startsWith('/') ? 'localhost' : asciiOf(host.replace(/%.*|\.$/, '')));
  return { name, servername: isIP(name) === 0 ? name : undefined };
};

/** A name as it stands in certificates (RFC 5890, A-label); whatever is no name stays as it is. */
const asciiOf = (host: string): string => (isIP(host) === 0 && domainToASCII(host)) || host;

const pemBlock = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/** Node would trust nobody without a word where a file has no certificate, and the server would get the blame. */
const readAuthorities = async (path: string): Promise<string[]> => {
  try {
    const blocks = (await readLocalFile(path, largestCaBytes)).match(pemBlock) ?? [];
    if (blocks.length === 0) throw new LocalFileError(`${path} holds no certificate (PEM)`);
    for (const block of blocks) new X509Certificate(block);
    return blocks;
  } catch (error) {
    throw new DeepFailure(
      'UNKNOWN',
      'local-fault',
      error instanceof LocalFileError ? error.message : `${path} holds a broken certificate`,
      'Name a file of certificates (PEM) with tlsCa that the guardian may read.',
    );
  }
};

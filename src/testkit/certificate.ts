import { generateKeyPair, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import type { Clock } from '../clock/clock.ts';
import { isoTime } from '../clock/iso-time.ts';
import { systemClock } from '../clock/system-clock.ts';
import { bits, explicit, implicit, integer, octets, oid, sequence, set, time, utf8, yes } from './der.ts';

/** What a certificate is to say. */
export interface CertificateOptions {
  /** Default `localhost`. */
  readonly commonName?: string;
  /** DNS names and IP addresses it is good for. Default `localhost`, `127.0.0.1` and `::1`. */
  readonly altNames?: readonly string[];
  /** Valid from so many milliseconds after now. Default a day before now. */
  readonly notBeforeMs?: number;
  /** Valid until so many milliseconds after now: a negative number makes an expired one. Default a year after now. */
  readonly notAfterMs?: number;
  /** Who signs it. Default: itself. */
  readonly issuer?: Certificate;
  /** Whether it may sign others. Default false. */
  readonly ca?: boolean;
  /** What tells now. Default: the system's clock, which is also what TLS goes by. */
  readonly clock?: Clock;
}

/** A certificate with its private key. */
export interface Certificate {
  /** In PEM. Behind it, the issuers' can be appended to make a chain. */
  readonly cert: string;
  /** In PEM (PKCS #8), not encrypted. */
  readonly key: string;
  readonly commonName: string;
  /** SHA-256 of the certificate as Node prints it, `AB:CD:…`. */
  readonly fingerprint256: string;
  /** Milliseconds since the Unix epoch, to the second. */
  readonly notAfter: number;
}

const dayMs = 86_400_000;
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

/** Makes an X.509 v3 certificate (RFC 5280) of a new ECDSA P-256 key, signed by its issuer or by itself. */
export const createCertificate = async (options: CertificateOptions = {}): Promise<Certificate> => {
  const { commonName = 'localhost', issuer, clock = systemClock } = options;
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const now = clock.wallTime();
  const notAfter = Math.floor((now + (options.notAfterMs ?? 365 * dayMs)) / 1_000) * 1_000;
  const body = sequence(
    explicit(0, integer(2)),
    integer(1, ...randomBytes(15)),
    ecdsaWithSha256,
    nameOf(issuer?.commonName ?? commonName),
    sequence(time(isoTime(now + (options.notBeforeMs ?? -dayMs))), time(isoTime(notAfter))),
    nameOf(commonName),
    spki(publicKey),
    explicit(3, sequence(...extensions(options))),
  );
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signed = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, issuer?.key ?? key)));
  const certificate = new X509Certificate(signed);
  return { cert: certificate.toString(), key, commonName, fingerprint256: certificate.fingerprint256, notAfter };
};

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

const nameOf = (commonName: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [yes()] : []), octets(value));

const extensions = ({ ca = false, altNames = ['localhost', '127.0.0.1', '::1'] }: CertificateOptions): Buffer[] =>
  ca
    ? [
        extension('2.5.29.19', true, sequence(yes())), // basicConstraints: cA
        extension('2.5.29.15', true, bits(Buffer.of(0b0000_0110), 1)), // keyUsage: keyCertSign, cRLSign
      ]
    : [
        extension('2.5.29.19', true, sequence()),
        ...(altNames.length > 0 ? [extension('2.5.29.17', false, sequence(...altNames.map(generalName)))] : []),
      ];

/** A subjectAltName: an iPAddress or a dNSName (RFC 5280, 4.2.1.6). */
const generalName = (name: string): Buffer =>
  isIP(name) ? implicit(7, addressBytes(name)) : implicit(2, Buffer.from(name));

const addressBytes = (address: string): Buffer => {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
};

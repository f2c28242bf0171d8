import { createHash } from 'node:crypto';
import { cleanText } from '../../src/checker/index.ts';
import { WireError, WireReader } from './wire.ts';

/** A host's public key. */
export interface HostKey {
  /** As it goes over the wire (RFC 4253, section 6.6). */
  readonly blob: Buffer;
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** As OpenSSH prints it, `SHA256:…`. */
  readonly fingerprint: string;
}

/** Describes a key that a server shows. */
export const describeKey = (blob: Buffer): HostKey => ({ blob, type: typeOf(blob), fingerprint: fingerprintOf(blob) });

/** `SHA256:…` as OpenSSH prints it. */
export const fingerprintOf = (blob: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** The type of key that an algorithm signs with: there are three of them for an RSA key (RFC 8332). */
export const keyTypeOf = (algorithm: string): string =>
  algorithm === 'rsa-sha2-512' || algorithm === 'rsa-sha2-256' ? 'ssh-rsa' : algorithm;

const typeOf = (blob: Buffer): string => {
  try {
    return cleanText(new WireReader(blob).string().subarray(0, 64));
  } catch (error) {
    if (error instanceof WireError) return 'unknown';
    throw error;
  }
};

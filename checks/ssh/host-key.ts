import { createHash } from 'node:crypto';

/** `SHA256:…` as OpenSSH prints it, of a public key as it goes over the wire (RFC 4253, section 6.6). */
export const fingerprintOf = (publicKey: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;

/** Whether a key with that fingerprint is right. */
export const isPinned = (fingerprint: string, pins: readonly string[]): boolean =>
  pins.includes('any') || pins.includes(fingerprint);

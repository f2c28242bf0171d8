import { createHash } from 'node:crypto';

/** The public side of a test SSH server's host key. */
export interface SshHostKey {
  /** As OpenSSH prints it: `SHA256:` and unpadded base64. */
  readonly fingerprint: string;
  /** As in an `authorized_keys` or `known_hosts` file: type and base64. */
  readonly publicKey: string;
}

/** Describes a public key given in SSH wire form (RFC 4253, section 6.6). */
export const describeHostKey = (type: string, wireForm: Uint8Array): SshHostKey => ({
  fingerprint: `SHA256:${createHash('sha256').update(wireForm).digest('base64').replace(/=+$/, '')}`,
  publicKey: `${type} ${Buffer.from(wireForm).toString('base64')}`,
});

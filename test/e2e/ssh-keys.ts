import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Makes a key pair, `path` and `path.pub`, in OpenSSH's form. */
export const makeKey = async (path: string, type = 'ed25519', passphrase = ''): Promise<void> => {
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  await promisify(execFile)('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-f', path]);
};

/** The fingerprint, `SHA256:…`, of a public key in a file. */
export const fingerprintOf = async (file: string): Promise<string> => {
  const [, blob = ''] = (await readFile(file, 'utf8')).split(' ');
  return `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`;
};

import { join } from 'node:path';
import { LocalFileError, readLocalFile } from './local-file.ts';

/** Where a secret is kept: a file, an environment variable, or a systemd credential (systemd.exec(5), LoadCredential=). */
export type SecretSource = { readonly file: string } | { readonly env: string } | { readonly credential: string };

const largestBytes = 64 * 1024;

/** Thrown when a secret cannot be read; the message names the source, never the content. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * A password or passphrase that is read only when it is needed, so that a rotated one is picked up, and that no
 * log, JSON or message can show.
 */
export class Secret {
  readonly #source: SecretSource;

  constructor(source: SecretSource) {
    this.#source = source;
  }

  /** Where it is kept; tells nothing of the secret. */
  get source(): SecretSource {
    return this.#source;
  }

  /** Whether it is kept where only the daemon sees it: in its environment, or in its credentials. */
  get inEnvironment(): boolean {
    return !('file' in this.#source);
  }

  /**
   * The secret, without the line end a file usually has.
   *
   * @throws SecretError when the source is missing, empty, not a regular file, or over 64 KiB.
   */
  async reveal(): Promise<string> {
    const source = this.#source;
    if ('env' in source) {
      const value = process.env[source.env];
      if (!value) throw new SecretError(`environment variable ${source.env} is not set`);
      return value;
    }
    if ('file' in source) return readSecretFile(source.file);
    const folder = process.env['CREDENTIALS_DIRECTORY'];
    if (!folder)
      throw new SecretError(
        `credential ${source.credential}: CREDENTIALS_DIRECTORY is not set; is this a systemd service with LoadCredential=?`,
      );
    return readSecretFile(join(folder, source.credential));
  }

  /** Names the source, for messages. */
  toString(): string {
    return `secret ${Object.entries(this.#source).flat().join(' ')}`;
  }

  toJSON(): string {
    return '***';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const readSecretFile = async (path: string): Promise<string> => {
  try {
    const secret = (await readLocalFile(path, largestBytes)).replace(/\r?\n$/, '');
    if (secret === '') throw new SecretError(`${path} is empty`);
    return secret;
  } catch (error) {
    throw error instanceof LocalFileError ? new SecretError(error.message) : error;
  }
};

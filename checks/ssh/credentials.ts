import type { ParsedKey } from 'ssh2';
import { Secret, SecretError } from '../../src/checker/index.ts';
import type { LoginOptions } from './options.ts';

/** What proves who we are; at least one of the two. */
export interface Credentials {
  readonly password?: string;
  /** A private key in PEM or OpenSSH's form. */
  readonly privateKey?: string;
}

/**
 * Reads password and key, freshly for each run.
 *
 * @param parseKey ssh2's, which gives back its complaint
 * @throws SecretError when one cannot be read or used
 */
export const readCredentials = async (
  { password, key }: LoginOptions,
  parseKey: (text: string) => ParsedKey | Error,
): Promise<Credentials> => ({
  ...(password && { password: await password.reveal() }),
  ...(key !== undefined && { privateKey: await readKey(key, parseKey) }),
});

const readKey = async (path: string, parseKey: (text: string) => ParsedKey | Error): Promise<string> => {
  const text = await new Secret({ file: path }).reveal();
  const parsed = parseKey(text);
  if (parsed instanceof Error) throw new SecretError(`cannot use ${path}: ${parsed.message}`);
  if (!parsed.isPrivateKey()) throw new SecretError(`cannot use ${path}: it holds no private key`);
  return text;
};

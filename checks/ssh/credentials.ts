import type { BaseAgent, ParsedKey } from 'ssh2';
import { Secret, SecretError } from '../../src/checker/index.ts';
import type { SshOptions } from './options.ts';

/** What proves who we are; at least one of the three. */
export interface Credentials {
  readonly user: string;
  readonly password?: string;
  /** A private key. */
  readonly key?: ParsedKey;
  readonly agent?: BaseAgent;
  /** What must never be shown: password and passphrase. */
  readonly secrets: readonly string[];
}

/** What of ssh2 is needed to read them. */
export interface KeyReader {
  readonly utils: {
    parseKey(text: string, passphrase?: string): ParsedKey | Error;
  };
  createAgent(path: string): BaseAgent;
}

/**
 * Reads password and key, freshly for each run, and asks the agent whether it has keys.
 *
 * @throws SecretError when one cannot be read or used
 */
export const readCredentials = async (
  { user = '', password, key, keyPassphrase, agent }: SshOptions,
  ssh2: KeyReader,
  signal: AbortSignal,
): Promise<Credentials> => {
  const [word, passphrase] = [await password?.reveal(), await keyPassphrase?.reveal()];
  return {
    user,
    ...(word !== undefined && { password: word }),
    ...(key !== undefined && { key: await readKey(key, passphrase, ssh2) }),
    ...(agent && { agent: await openAgent(ssh2, signal) }),
    secrets: [word, passphrase].filter((secret) => secret !== undefined),
  };
};

const readKey = async (path: string, passphrase: string | undefined, { utils }: KeyReader): Promise<ParsedKey> => {
  const parsed = utils.parseKey(await new Secret({ file: path }).reveal(), passphrase);
  if (parsed instanceof Error) throw new SecretError(`cannot use ${path}: ${wordKeyError(parsed)}`);
  if (!parsed.isPrivateKey()) throw new SecretError(`cannot use ${path}: it holds no private key`);
  return parsed;
};

const wordKeyError = ({ message }: Error): string => {
  if (/no passphrase given/i.test(message))
    return 'it is encrypted, and there is no keyPassphrase (--key-passphrase-file)';
  return /integrity check|bad passphrase|bad decrypt|unable to authenticate/i.test(message)
    ? 'the passphrase is wrong'
    : message;
};

const openAgent = (ssh2: KeyReader, signal: AbortSignal): Promise<BaseAgent> =>
  new Promise((resolve, reject) => {
    const path = process.env['SSH_AUTH_SOCK'];
    if (!path) return reject(new SecretError('SSH_AUTH_SOCK is not set: which agent is to be asked?'));
    const fail = (why: string) => reject(new SecretError(`the agent at ${path} ${why}`));
    if (signal.aborted) return fail('was not asked in time');
    signal.addEventListener('abort', () => fail('does not answer'), { once: true });
    const agent = ssh2.createAgent(path);
    agent.getIdentities((error, keys) => {
      if (error) fail(`cannot be asked: ${error.message}`);
      else if (!keys || keys.length === 0) fail('holds no key: add one with ssh-add');
      else resolve(agent);
    });
  });

import { SecretError } from '../../src/checker/index.ts';
import type { Control, Reply } from './control.ts';
import { DeepFailure, outOfProtocol, overloaded } from './deep-failure.ts';
import type { FtpOptions } from './options.ts';

/** Who logs in. */
export interface Credentials {
  readonly user: string;
  /** Absent where none is configured: then the server must not ask for one. */
  readonly password: string | undefined;
}

/**
 * The credentials that options ask for; anonymous with our name as the password when there is no user (RFC 1635).
 *
 * @throws SecretError when the password cannot be read
 */
export const revealCredentials = async ({ user = 'anonymous', password }: FtpOptions): Promise<Credentials> => {
  if (!password) return { user, password: /^(?:anonymous|ftp)$/i.test(user) ? 'farm-guardian@' : undefined };
  const revealed = await password.reveal();
  if (/[\r\n\0]/.test(revealed)) throw new SecretError(`${password} has a line end inside`);
  return { user, password: revealed };
};

/**
 * USER and PASS (RFC 959, 5.4).
 *
 * @throws DeepFailure
 */
export const logIn = async (control: Control, { user, password }: Credentials): Promise<void> => {
  const named = await control.ask(`USER ${user}`);
  if (isPositive(named)) return;
  if (named.code !== 331) throw notLoggedIn(named, user);
  if (password === undefined)
    throw new DeepFailure(
      'UNKNOWN',
      'local-fault',
      `the server asks for a password of ${user}, but none is configured`,
      'Name where the password is kept: --password-file or --password-env, password: in a farm.',
    );
  const proven = await control.ask(`PASS ${password}`);
  if (!isPositive(proven)) throw notLoggedIn(proven, user);
};

const isPositive = ({ code }: Reply): boolean => code >= 200 && code < 300;

/** How servers say that it is not us but the crowd (ProFTPD, pure-ftpd, FileZilla). */
const crowd = /too many|maximum (?:number|login|client|connection|user)/i;

const notLoggedIn = ({ code, said }: Reply, user: string): DeepFailure => {
  if (code === 530 && crowd.test(said)) return overloaded(said);
  if (code < 500 && code !== 332) return outOfProtocol(`unexpected answer to the login of ${user}: ${said}`);
  return new DeepFailure(
    'CRITICAL',
    'auth-failed',
    `login of ${user} refused: ${said}`,
    'Check the user and the password, and that the server lets this user in from here.',
  );
};

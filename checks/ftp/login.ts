import { SecretError } from '../../src/checker/index.ts';
import type { Control } from './control.ts';
import { isCrowded } from './crowd.ts';
import { DeepFailure, outOfProtocol, overloaded } from './deep-failure.ts';
import type { FtpOptions } from './options.ts';
import type { Reply } from './reply.ts';

/** Who logs in. */
export interface Credentials {
  readonly user: string;
  /** Absent where none is configured: then the server must not ask for one. */
  readonly password: string | undefined;
  /** For servers that ask for one (332); absent where none is configured. */
  readonly account: string | undefined;
}

/**
 * The credentials that options ask for; anonymous with our name as the password when there is no user (RFC 1635).
 *
 * @throws SecretError when the password cannot be read
 */
export const revealCredentials = async ({
  user = 'anonymous',
  password,
  account,
}: FtpOptions): Promise<Credentials> => {
  if (!password) return { user, password: /^(?:anonymous|ftp)$/i.test(user) ? 'farm-guardian@' : undefined, account };
  const revealed = await password.reveal();
  if (/[\r\n\0]/.test(revealed)) throw new SecretError(`${password} has a line end inside`);
  return { user, password: revealed, account };
};

/**
 * USER, PASS and ACCT, each only where the server asks for it (RFC 959, 5.4).
 *
 * @throws DeepFailure
 */
export const logIn = async (control: Control, credentials: Credentials): Promise<void> => {
  let reply = await control.ask(`USER ${credentials.user}`);
  if (reply.code === 331) reply = await givePassword(control, credentials);
  if (reply.code === 332) reply = await giveAccount(control, credentials, reply);
  if (reply.code < 200 || reply.code >= 300) throw notLoggedIn(reply, credentials.user);
};

const givePassword = (control: Control, { user, password }: Credentials): Promise<Reply> => {
  if (password === undefined)
    throw new DeepFailure(
      'UNKNOWN',
      'local-fault',
      `the server asks for a password of ${user}, but none is configured`,
      'Name where the password is kept: --password-file or --password-env, password: in a farm.',
    );
  return control.ask(`PASS ${password}`);
};

const giveAccount = (control: Control, { user, account }: Credentials, { said }: Reply): Promise<Reply> => {
  if (account === undefined)
    throw new DeepFailure(
      'CRITICAL',
      'auth-failed',
      `the server asks for an account of ${user}, but none is configured: ${said}`,
      'Name the account: --account, account: in a farm. Or let this user in without one.',
    );
  return control.ask(`ACCT ${account}`);
};

const notLoggedIn = ({ code, said }: Reply, user: string): DeepFailure => {
  if (isCrowded(code, said)) return overloaded(said);
  if (code < 500 && code !== 332) return outOfProtocol(`unexpected answer to the login of ${user}: ${said}`);
  return new DeepFailure(
    'CRITICAL',
    'auth-failed',
    `login of ${user} refused: ${said}`,
    'Check the user and the password, and that the server lets this user in from here.',
  );
};

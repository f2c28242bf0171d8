import { classifyNetworkError, cleanText, type KnownReasonCode } from '../../src/checker/index.ts';
import type { Verdict } from './greeting-verdict.ts';
import type { StageName } from './stage-name.ts';

/** Thrown where a login check is decided; carries the verdict. */
export class SshFault extends Error {
  override readonly name = 'SshFault';
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super(verdict.summary);
    this.verdict = verdict;
  }
}

/** A fault that is CRITICAL. */
export const criticalFault = (code: KnownReasonCode, summary: string, remedy: string): SshFault =>
  new SshFault({ status: 'CRITICAL', code, summary, remedy });

/** SSH_DISCONNECT_TOO_MANY_CONNECTIONS (RFC 4253, section 11.1). */
const tooManyConnections = 12;

const seeLog = 'Look at the log of the SSH server.';

/** What an error of ssh2's client means, by the stage it came in. */
export const classifyClientError = (error: Error & { level?: string; code?: unknown }, stage: StageName): SshFault => {
  const said = cleanText(error.message);
  if (error.level === 'client-socket') {
    const { text, ...fault } = classifyNetworkError(error);
    return new SshFault({ ...fault, summary: `${text} (${stage})` });
  }
  if (error.level === 'client-authentication')
    return criticalFault('auth-failed', 'the login was refused', 'Check user, password or key, and the log of sshd.');
  if (/^Handshake failed: no matching/.test(said))
    return criticalFault('no-common-algorithm', said, 'Allow an algorithm that both sides know in sshd_config.');
  if (/signature verification failed/.test(said))
    return criticalFault('host-key', said, 'The server does not hold the key it shows: who answers there?');
  // A DISCONNECT message: `code` is its reason.
  if (error.code === tooManyConnections)
    return new SshFault({
      status: 'WARNING',
      code: 'overloaded',
      summary: `the server has too many connections: ${said}`,
      remedy: 'Raise the limit of connections of the SSH server, or find out who holds them.',
    });
  if (typeof error.code === 'number' && stage === 'auth')
    return criticalFault('auth-failed', `the server ended the login: ${said}`, seeLog);
  return criticalFault('protocol', `${said} (${stage})`, seeLog);
};

/** What the end of the connection means when nobody said why. */
export const closedFault = (stage: StageName): SshFault =>
  criticalFault('reset', `the server closed the connection (${stage})`, seeLog);

import { classifyNetworkError, cleanText, type KnownReasonCode } from '../../src/checker/index.ts';
import type { Verdict } from './greeting-verdict.ts';
import type { Offer } from './key-exchange-offer.ts';
import type { StageName } from './stage-name.ts';

/** Thrown where a check is decided; carries the verdict. */
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

/** A server that has too much to do. */
export const overloadedFault = (said: string, remedy: string): SshFault =>
  new SshFault({ status: 'WARNING', code: 'overloaded', summary: said, remedy });

/** What an error of ssh2's client means, by the stage it came in; `offer` is what the server had to offer. */
export const classifyClientError = (
  error: Error & { level?: string; code?: unknown },
  stage: StageName,
  offer?: Offer,
): SshFault => {
  const said = cleanText(error.message);
  if (error.level === 'client-socket') {
    const { text, ...fault } = classifyNetworkError(error);
    const known = fault.code === 'reset' ? closedRemedies[stage] : undefined;
    return new SshFault({ ...fault, summary: `${text} (${stage})`, remedy: known ?? fault.remedy });
  }
  if (error.level === 'agent')
    return new SshFault({
      status: 'UNKNOWN',
      code: 'local-fault',
      summary: `the agent of this machine fails: ${said}`,
      remedy: 'Look at the agent that SSH_AUTH_SOCK names.',
    });
  const [, lacking] = /^Handshake failed: no matching (.*)$/.exec(said) ?? [];
  if (lacking !== undefined) return nothingInCommon(lacking, offer);
  if (/signature verification failed/.test(said))
    return criticalFault('host-key', said, 'The server does not hold the key it shows: who answers there?');
  // A DISCONNECT message: `code` is its reason.
  if (error.code === tooManyConnections)
    return overloadedFault(
      `the server has too many connections: ${said}`,
      'Raise the limit of connections of the SSH server, or find out who holds them.',
    );
  if (typeof error.code === 'number' && stage === 'auth')
    return criticalFault('auth-failed', `the server ended the login: ${said}`, seeLog);
  return criticalFault('protocol', `${said} (${stage})`, seeLog);
};

const nothingInCommon = (lacking: string, offer: Offer | undefined): SshFault => {
  const [, offered] = Object.entries(offer ?? {}).find(([name]) => listNames[name as keyof Offer].test(lacking)) ?? [];
  const list = offered ? `: the server offers ${offered.length > 0 ? offered.join(', ') : 'none'}` : '';
  return criticalFault(
    'no-common-algorithm',
    `no common ${lacking}${list}`,
    'Allow an algorithm that both sides know in sshd_config.',
  );
};

/** What ssh2 calls the lists of an offer. */
const listNames: Readonly<Record<keyof Offer, RegExp>> = {
  kex: /key exchange/,
  hostKeys: /host key/,
  ciphers: /cipher/,
  macs: /MAC/,
};

/** A login that was refused; `taken` are the methods that the server takes. */
export const authFault = (taken: readonly string[] | undefined): SshFault =>
  criticalFault(
    'auth-failed',
    `the login was refused${taken ? ` (the server takes: ${cleanText(taken.join(', ')) || 'nothing'})` : ''}`,
    'Check user, password or key, and the log of sshd.',
  );

/** SSH_OPEN_RESOURCE_SHORTAGE (RFC 4254, section 5.1). */
const resourceShortage = 4;

/** What a channel means that is not opened, or that does not carry what it should. */
export const channelFault = (
  error: Error & { reason?: unknown },
  purpose: 'subsystem' | 'command',
  what: string,
): SshFault => {
  const said = cleanText(error.message);
  if (error.reason === resourceShortage)
    return overloadedFault(`no channel: ${said}`, 'The server is short of something: look at its log and its limits.');
  if (error.reason !== undefined)
    return criticalFault(
      'access-denied',
      `no channel: ${said}`,
      'See MaxSessions in sshd_config, and what it allows this user.',
    );
  return purpose === 'subsystem'
    ? criticalFault('subsystem-missing', `no ${what.toUpperCase()} session: ${said}`, noSubsystem)
    : criticalFault(
        'command-failed',
        `the command was not started: ${said}`,
        'May this user run commands? See ForceCommand in sshd_config.',
      );
};

/** What to do where there is no SFTP. */
export const noSubsystem = 'Is there a Subsystem sftp in sshd_config, and may the user run it?';

/** What the end of the connection means when nobody said why. */
export const closedFault = (stage: StageName): SshFault =>
  criticalFault('reset', `the server closed the connection (${stage})`, closedRemedies[stage] ?? seeLog);

const closedRemedies: { readonly [Stage in StageName]?: string } = {
  channel:
    'sshd ends the session right after the login: a ChrootDirectory must be owned by root, and writable by nobody else; its log says more.',
};

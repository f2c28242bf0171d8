import { type CheckResult, cleanText, type Fact } from '../../src/checker/index.ts';
import type { Identification, OtherGreeting } from './greeting.ts';
import type { SshOptions } from './options.ts';

/** What a result says of a fault, before steps, metrics and facts are added. */
export type Verdict = Pick<CheckResult, 'status' | 'code' | 'summary'> & {
  readonly line?: string;
  readonly remedy?: string;
  /** Whether summary and line echo what the server said, as the original does. */
  readonly echoesBanner?: boolean;
};

/** `OpenSSH_9.2p1 Debian-2 (protocol 2.0)`. */
export const describeServer = (identification: Identification): string =>
  `${announced(identification)} (protocol ${identification.protocol})`;

/** Software and comment as they were sent. */
const announced = ({ line, protocol }: Identification): string => line.slice(`SSH-${protocol}-`.length);

/** What the identification tells others. */
export const identificationFacts = ({ software, comment, protocol }: Identification): Record<string, Fact> => ({
  software,
  ...(comment && { comment }),
  protocol,
});

/** What is wrong with the versions that a server announces, in the words of the classic check_ssh. */
export const judgeVersions = (
  identification: Identification,
  { remoteVersion, remoteProtocol }: SshOptions,
): Verdict | undefined => {
  const { software, protocol } = identification;
  const said = describeServer(identification);
  if (remoteVersion !== undefined && remoteVersion !== software && remoteVersion !== announced(identification))
    return mismatch(`${said} version mismatch, expected '${cleanText(remoteVersion)}'`);
  if (remoteProtocol !== undefined && remoteProtocol !== protocol)
    return mismatch(`${said} protocol version mismatch, expected '${cleanText(remoteProtocol)}'`);
  return undefined;
};

/** How a connection came to its end that had no identification. */
export interface Circumstances {
  /** Whether the connection was reset, not closed. */
  readonly reset: boolean;
  /** The address that the server has seen us come from, unless there is a NAT between. */
  readonly ourAddress?: string | undefined;
}

/** What a greeting means that is no identification, in the words of the classic check_ssh where it has any. */
export const judgeOtherGreeting = (greeting: OtherGreeting, { reset, ourAddress }: Circumstances): Verdict => {
  switch (greeting.kind) {
    case 'invalid':
      return {
        status: 'CRITICAL',
        code: 'protocol',
        summary: `Invalid protocol version control string ${greeting.line}`,
        remedy: 'What answers there is no SSH server, or a broken one.',
        echoesBanner: true,
      };
    case 'turned-away':
      return turnedAway(greeting.line, ourAddress);
    case 'not-ssh':
      return notSsh(greeting.text, reset);
    default:
      return greeting satisfies never;
  }
};

/**
 * sshd is alive, but takes no more of us: its peers may have the same quarrel with this machine. OpenSSH names MaxStartups
 * where that is the cause until 9.8, which has penalties and the same words for both.
 */
const turnedAway = (line: string, ourAddress = 'ADDRESS'): Verdict => {
  if (line === 'Exceeded MaxStartups')
    return throttled(
      `${line} (raise it in sshd_config)`,
      'sshd has too many connections that are not logged in: raise MaxStartups in sshd_config, or PerSourceMaxStartups where it is set, or find out who holds them.',
    );
  const exemption = `PerSourcePenaltyExemptList ${ourAddress.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*/, '')}`;
  return throttled(
    `${line} (in sshd_config: ${exemption})`,
    `sshd penalises the address of this machine, or has too many connections that are not logged in: put the line "${exemption}" into sshd_config (OpenSSH 9.8), or raise MaxStartups.`,
  );
};

const throttled = (summary: string, remedy: string): Verdict => ({
  status: 'WARNING',
  code: 'throttled',
  summary,
  remedy,
});

const mismatch = (summary: string): Verdict => ({
  status: 'CRITICAL',
  code: 'banner-mismatch',
  summary,
  remedy: 'Another version runs than expected: adjust remoteVersion or remoteProtocol, or look at the server.',
  echoesBanner: true,
});

const notSsh = (text: string, reset: boolean): Verdict => {
  const line = `${answerPrefix}${text}`;
  if (text !== '')
    return {
      status: 'CRITICAL',
      code: 'banner-mismatch',
      summary: `not an SSH server: ${text.trim()}`,
      line,
      remedy: 'Something else than an SSH server answers there: check the port.',
      echoesBanner: true,
    };
  return {
    status: 'CRITICAL',
    code: reset ? 'reset' : 'no-data',
    summary: reset ? 'Connection reset by peer' : 'the connection was closed without a word',
    line,
    remedy: 'The server, or something before it, turns connections away: look at its log.',
  };
};

/** How the classic line about an answer that is not SSH begins. It is printed without a line end of its own. */
export const answerPrefix = 'Server answer: ';

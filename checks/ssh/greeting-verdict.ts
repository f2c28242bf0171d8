import type { CheckResult, Fact } from '../../src/checker/index.ts';
import type { Identification, OtherGreeting } from './greeting.ts';
import type { SshOptions } from './options.ts';

/** What a result says of a fault, before steps, metrics and facts are added. */
export type Verdict = Pick<CheckResult, 'status' | 'code' | 'summary'> & {
  readonly line?: string;
  readonly remedy?: string;
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
    return mismatch(`${said} version mismatch, expected '${remoteVersion}'`);
  if (remoteProtocol !== undefined && remoteProtocol !== protocol)
    return mismatch(`${said} protocol version mismatch, expected '${remoteProtocol}'`);
  return undefined;
};

/**
 * What a greeting means that is no identification, in the words of the classic check_ssh where it has any.
 *
 * @param reset whether the connection was reset, not closed
 */
export const judgeOtherGreeting = (greeting: OtherGreeting, reset: boolean): Verdict => {
  switch (greeting.kind) {
    case 'invalid':
      return {
        status: 'CRITICAL',
        code: 'protocol',
        summary: `Invalid protocol version control string ${greeting.line}`,
        remedy: 'What answers there is no SSH server, or a broken one.',
      };
    case 'turned-away':
      return {
        status: 'WARNING',
        code: greeting.penalty ? 'throttled' : 'overloaded',
        summary: greeting.line,
        remedy: greeting.penalty
          ? 'sshd penalises the address of this machine: name it in PerSourcePenaltyExemptList of sshd_config.'
          : 'sshd has too many connections that are not logged in: see MaxStartups in sshd_config.',
      };
    case 'not-ssh':
      return notSsh(greeting.text, reset);
    default:
      return greeting satisfies never;
  }
};

const mismatch = (summary: string): Verdict => ({
  status: 'CRITICAL',
  code: 'banner-mismatch',
  summary,
  remedy: 'Another version runs than expected: adjust remoteVersion or remoteProtocol, or look at the server.',
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

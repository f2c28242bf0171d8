import type { Control } from './control.ts';
import { isActive } from './data-rules.ts';
import { DeepFailure, outOfProtocol, overloaded } from './deep-failure.ts';
import type { FtpOptions } from './options.ts';
import type { Reply } from './reply.ts';
import { demandsTls, tlsRequired } from './tls-required.ts';

/** What a transfer command is about, in words: its argument, or the listing where it has none. */
export const subjectOf = (command: string): string => /^\S+ (.+)$/.exec(command)?.[1] ?? 'listing';

/** A transfer that the server gave up, or never confirmed. */
export const incomplete = (command: string, why: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'transfer-incomplete',
    `transfer of ${subjectOf(command)} broke off: ${why}`,
    'The server gave up in the middle of the transfer: look at its log, disk and load.',
  );

/** What a final reply to a transfer command means when it is not 226 or 250 (RFC 959, 4.2.2 and 5.4; RFC 4217, 10). */
export const refusedTransfer = (
  command: string,
  { code, said }: Reply,
  control: Control,
  options: FtpOptions,
): DeepFailure => {
  if (!control.tls && (code === 521 || code === 522 || demandsTls(code, said))) return tlsRequired(said);
  const what = subjectOf(command);
  const storing = command.startsWith('STOR');
  switch (code) {
    case 421:
      return overloaded(said);
    case 425:
    case 521:
    case 522:
      return refusedChannel(what, { code, said }, control, options);
    case 426:
    case 451:
      return storing && unwritten.test(said) ? noRoom(what, said) : incomplete(command, said);
    case 452:
    case 552:
      return noRoom(what, said);
    case 450:
    case 550:
      if (storing || denied.test(said)) break;
      return new DeepFailure(
        'CRITICAL',
        'file-missing',
        `no ${what}: ${said}`,
        'Put the file there, and let this user read it.',
      );
    case 530:
    case 532:
    case 553:
      break;
    default:
      return outOfProtocol(`unexpected answer to ${command}: ${said}`);
  }
  const access = storing ? 'write to the folder' : 'read the file';
  return new DeepFailure('CRITICAL', 'access-denied', `${what} refused: ${said}`, `Let this user ${access}.`);
};

const noRoom = (what: string, said: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'disk-full',
    `no room for ${what}: ${said}`,
    'The disk or the quota of this user is full: make room.',
  );

/** vsftpd's and Pure-FTPd's words (451) for a file that they could not write. */
const unwritten = /failure writing|error during write/i;

const denied = /denied|permission|not allowed|forbidden/i;

/** `Operation not permitted` is what ProFTPD says (425) of a data connection that resumes no session. */
const notResumed = /reuse|resum|operation not permitted/i;

/** vsftpd answers 522 to anything about TLS that it does not like of a data connection. */
const refusedChannel = (
  what: string,
  { code, said }: Pick<Reply, 'code' | 'said'>,
  { tls }: Control,
  { data }: FtpOptions,
): DeepFailure => {
  const summary = `no data connection for ${what}: ${said}`;
  if (tls && notResumed.test(said))
    return new DeepFailure(
      'CRITICAL',
      'tls-no-reuse',
      summary,
      'The server wants data connections to resume the TLS session of the control connection, and they did not.',
    );
  if (code !== 425)
    return new DeepFailure(
      'CRITICAL',
      'tls-handshake',
      summary,
      'The TLS handshake on the data connection failed: look at the log of the server.',
    );
  const remedy = isActive(data)
    ? 'The server could not connect to the announced address: let it through the firewalls, and look at --active-address.'
    : 'The server could not open its side of the data connection: look at its passive ports.';
  return new DeepFailure('CRITICAL', 'data-refused', summary, remedy);
};

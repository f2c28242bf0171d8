import { cleanText } from '../../../src/checker/index.ts';
import { criticalFault, SshFault } from '../ssh-fault.ts';
import { WireError } from '../wire.ts';
import { SftpBroken, SftpStatus, statusCodes } from './sftp-error.ts';

/** What was done when an SFTP server refused, for its words alone do not say. */
export type Work = 'read' | 'store' | 'delete';

/**
 * What a failed SFTP request means.
 *
 * @throws the error itself when it is none of a request
 */
export const explainSftp = (error: unknown, path: string, work: Work = 'read'): SshFault => {
  if (error instanceof SshFault) return error;
  if (error instanceof SftpStatus) return explainStatus(error, path, work);
  if (error instanceof SftpBroken) return explainBroken(error, path);
  if (error instanceof WireError) return explainBroken(new SftpBroken('protocol', error.message), path);
  throw error;
};

const explainStatus = ({ code, message }: SftpStatus, path: string, work: Work): SshFault => {
  const said = `${path}: ${cleanText(message || `status ${code}`)}`;
  if (work !== 'read' && /no space|quota|disk full/i.test(message))
    return criticalFault('disk-full', said, 'Make room on the disk of the server, or raise the quota of the user.');
  switch (code) {
    case statusCodes.noSuchFile:
      return criticalFault('file-missing', said, 'Put it there, or name another one; the path is as SFTP sees it.');
    case statusCodes.permissionDenied:
      return criticalFault('access-denied', said, permissions[work]);
    case statusCodes.unsupported:
      return criticalFault('access-denied', said, 'The SFTP server does not do that for this user.');
    default:
      return criticalFault('transfer-incomplete', said, 'Look at the log of the SFTP server, and at its disk.');
  }
};

const permissions: Readonly<Record<Work, string>> = {
  read: 'Make it readable for the user.',
  store: 'Let the user write to the folder.',
  delete: 'Let the user delete in the folder.',
};

const explainBroken = ({ kind, message }: SftpBroken, path: string): SshFault => {
  if (kind === 'closed')
    return criticalFault('transfer-incomplete', `${path}: ${message}`, 'Look at the log of the SFTP server.');
  const remedy =
    kind === 'garbage'
      ? 'Something prints text at the login of this user, such as its .bashrc or a banner program: let it keep quiet.'
      : 'The SFTP server answers what the protocol does not allow: look at its log.';
  return criticalFault('protocol', `${path}: ${cleanText(message)}`, remedy);
};

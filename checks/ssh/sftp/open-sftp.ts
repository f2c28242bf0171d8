import { cleanText } from '../../../src/checker/index.ts';
import type { Session } from '../session.ts';
import { criticalFault, noSubsystem } from '../ssh-fault.ts';
import type { WorkRun } from '../work.ts';
import { explainSftp } from './explain.ts';
import { type Note, SftpClient } from './sftp-client.ts';
import { SftpBroken, SftpStatus } from './sftp-error.ts';

/**
 * Opens the SFTP subsystem, agrees on the version, and asks for the user's folder. Goes through the stages `channel` and
 * `subsystem`.
 *
 * @throws SshFault when the server has none, or the session's end
 */
export const openSftp = async (session: Session, { alive, transcript }: WorkRun): Promise<SftpClient> => {
  const note: Note = (mark, text) => (mark === '>' ? transcript.sent(text) : transcript.heard(text));
  const sftp = await session.openChannel('subsystem', 'sftp', (channel) => new SftpClient(channel, note));
  try {
    await alive(
      (async () => {
        await sftp.start();
        await sftp.realpath('.');
      })(),
    );
    return sftp;
  } catch (error) {
    if (error instanceof SftpStatus || (error instanceof SftpBroken && error.kind === 'closed'))
      throw criticalFault('subsystem-missing', `no SFTP session: ${cleanText(error.message)}`, noSubsystem);
    throw explainSftp(error, 'SFTP');
  }
};

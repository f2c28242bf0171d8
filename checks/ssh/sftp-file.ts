import type { Client, SFTPWrapper, Stats } from 'ssh2';
import { cleanText } from '../../src/checker/index.ts';
import type { Session } from './session.ts';
import { criticalFault, type SshFault } from './ssh-fault.ts';

/** SSH_FX_NO_SUCH_FILE and SSH_FX_PERMISSION_DENIED (draft-ietf-secsh-filexfer-02, section 7). */
const [noSuchFile, permissionDenied] = [2, 3];

const chunkBytes = 32 * 1024;

/**
 * Opens the SFTP subsystem and asks it for the user's folder.
 *
 * @throws SshFault when the server has none, or the session's end
 */
export const openSftp = async (session: Session, client: Client): Promise<SFTPWrapper> => {
  const explain = ({ message }: Error) =>
    criticalFault(
      'subsystem-missing',
      `no SFTP session: ${cleanText(message)}`,
      'Is there a Subsystem sftp in sshd_config, and may the user run it?',
    );
  const sftp = await session.until<SFTPWrapper>((done) => client.sftp(done), explain);
  sftp.on('error', (error: Error) => session.fail(explain(error)));
  await session.until<string>((done) => sftp.realpath('.', done), explain);
  return sftp;
};

/**
 * Reads a regular file, piece by piece.
 *
 * @throws SshFault when it cannot be read or has more than `maxBytes`, or the session's end
 */
export const readSftpFile = async (
  session: Session,
  sftp: SFTPWrapper,
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
): Promise<Buffer> => {
  const explain = (error: Error) => explainStatus(path, error);
  const stats = await session.until<Stats>((done) => sftp.stat(path, done), explain);
  // Reading a FIFO or a device may never end.
  if (stats.mode && !stats.isFile())
    throw criticalFault('file-missing', `${path} is no regular file`, 'Name a regular file.');
  if (stats.size > maxBytes) throw tooLarge(path, maxBytes);
  const handle = await session.until<Buffer>((done) => sftp.open(path, 'r', done), explain);
  const chunks: Buffer[] = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.alloc(chunkBytes);
    const count = await session.until<number>((done) => sftp.read(handle, chunk, 0, chunkBytes, size, done), explain);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    size += count;
    if (size > maxBytes) throw tooLarge(path, maxBytes);
  }
  await session.until<void>((done) => sftp.close(handle, (error) => done(error, undefined)), explain);
  return Buffer.concat(chunks);
};

const tooLarge = (path: string, maxBytes: number): SshFault =>
  criticalFault('size-mismatch', `${path} has more than ${maxBytes} bytes`, 'Name a smaller file, or raise maxBytes.');

const explainStatus = (path: string, error: Error & { code?: unknown }): SshFault => {
  const said = `${path}: ${cleanText(error.message)}`;
  if (error.code === noSuchFile)
    return criticalFault('file-missing', said, 'Put the file there, or name another one; the path is as SFTP sees it.');
  if (error.code === permissionDenied)
    return criticalFault('access-denied', said, 'Make the file readable for the user.');
  return criticalFault('transfer-incomplete', said, 'Look at the log of the SFTP server, and at its disk.');
};

import { criticalFault, type SshFault } from '../ssh-fault.ts';
import { explainSftp } from './explain.ts';
import { isFolder, isRegular } from './packet.ts';
import type { SftpClient } from './sftp-client.ts';

/** What every server can give at once. */
const chunkBytes = 32 * 1024;

/**
 * Reads a regular file, piece by piece.
 *
 * @throws SshFault when it cannot be read or has more than `maxBytes`
 */
export const readFile = async (sftp: SftpClient, path: string, maxBytes: number): Promise<Buffer> => {
  try {
    const attributes = await sftp.stat(path);
    // Reading a FIFO or a device may never end.
    if (!isRegular(attributes))
      throw criticalFault(
        'file-missing',
        `${path} is ${isFolder(attributes) ? 'a folder' : 'no regular file'}`,
        'Name a regular file.',
      );
    if ((attributes.size ?? 0) > maxBytes) throw tooLarge(path, maxBytes);
    return await readWhole(sftp, path, maxBytes);
  } catch (error) {
    throw explainSftp(error, path);
  }
};

/** Reads what is there. @throws SshFault when it has more than `maxBytes`; what the client throws */
export const readWhole = async (sftp: SftpClient, path: string, maxBytes: number): Promise<Buffer> => {
  const handle = await sftp.open(path, 'read');
  const chunks: Buffer[] = [];
  for (let size = 0; ; ) {
    const chunk = await sftp.read(handle, size, chunkBytes);
    if (!chunk) break;
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(path, maxBytes);
  }
  await sftp.close(handle);
  return Buffer.concat(chunks);
};

const tooLarge = (path: string, maxBytes: number): SshFault =>
  criticalFault('size-mismatch', `${path} has more than ${maxBytes} bytes`, 'Name a smaller file, or raise maxBytes.');

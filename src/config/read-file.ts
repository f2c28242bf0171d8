import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Far more than thousands of backends need; a whole disk would not fit in memory. */
const largestBytes = 4 * 1024 * 1024;
const tooLarge = 'is larger than 4 MiB';

/** Thrown when a config file cannot be read; the message says why, without the file's name. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'cannot be read: permission denied',
  EISDIR: 'is a directory, not a file',
  ENOTDIR: 'does not exist: a part of its path is a file',
  ELOOP: 'cannot be read: too many symbolic links',
  ENXIO: 'is not a regular file',
};

/**
 * The text of a regular UTF-8 file of at most 4 MiB, without a byte order mark.
 *
 * @throws UnreadableFile
 */
export const readTextFile = async (path: string): Promise<string> => {
  await using file = await openRegularFile(path);
  const chunks: Buffer[] = [];
  // One byte more than allowed, so that a file that grows or lies about its size is seen to be too large.
  for await (const chunk of file.createReadStream({ end: largestBytes, autoClose: false }))
    chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > largestBytes) throw new UnreadableFile(tooLarge);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableFile('is not UTF-8 text');
  }
};

/**
 * Opens a regular file of at most 4 MiB for reading. Never waits, as opening a FIFO would.
 *
 * @throws UnreadableFile
 */
export const openRegularFile = async (path: string): Promise<FileHandle> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(({ code }: NodeJS.ErrnoException) => {
    throw new UnreadableFile(reasons[code ?? ''] ?? `cannot be read: ${code}`);
  });
  const info = await file.stat();
  const mistake = info.isDirectory()
    ? reasons['EISDIR']
    : !info.isFile()
      ? reasons['ENXIO']
      : info.size > largestBytes
        ? tooLarge
        : undefined;
  if (mistake === undefined) return file;
  await file.close();
  throw new UnreadableFile(mistake);
};

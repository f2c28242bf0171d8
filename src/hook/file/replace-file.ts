import { constants, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Mode of a file that was not there before. */
const newMode = 0o644;

/**
 * Puts a text in a file's place so that whoever looks sees the old one or the new one, whole, whatever happens
 * meanwhile: a new file beside it (`PATH.new`), written and flushed, takes its name. Owner and mode stay.
 *
 * @throws Error, with a message for people, when that is not possible; the old file is then as it was
 */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.new`;
  try {
    const old = await statOf(path);
    // A left-over of ours, or something that would lead elsewhere.
    await rm(temporary, { force: true });
    try {
      const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
      const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, newMode);
      try {
        await file.writeFile(text);
        if (old) await file.chown(old.uid, old.gid);
        // Not left to open(), which the umask narrows.
        await file.chmod(old ? old.mode & 0o7777 : newMode);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    // The new name is on the disk only once the folder is.
    const folder = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    throw new Error(whyNot(path, error as NodeJS.ErrnoException), { cause: error });
  }
};

/** What stands in the way; `undefined` when nothing does. */
const statOf = async (path: string) => {
  const found = await lstat(path).catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found && !found.isFile())
    throw new Error(
      found.isSymbolicLink()
        ? 'it is a symbolic link'
        : found.isDirectory()
          ? 'it is a directory'
          : 'it is no regular file',
    );
  return found;
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'permission denied',
  EPERM: 'its owner cannot be kept: the guardian does not run as root',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENAMETOOLONG: 'its name is too long',
};

const whyNot = (path: string, { code, message }: NodeJS.ErrnoException): string =>
  `cannot write ${path}: ${reasons[code ?? ''] ?? code ?? message}`;

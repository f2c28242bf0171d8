/** Thrown when a file of this machine cannot be read; the message names the file, never its content. */
export class LocalFileError extends Error {
  override readonly name = 'LocalFileError';
}

/**
 * Reads a small text file that an option names. A FIFO or a device would hang the check, so only a regular file is
 * read, and no more of it than `largestBytes`, for files of /proc do not say how long they are.
 *
 * @throws LocalFileError when it is missing (`cause` is then the system's error), not a regular file, or larger than
 * `largestBytes`
 */
export const readLocalFile = async (path: string, largestBytes: number): Promise<string> => {
  // Only now: most runs read no file, and loading it costs a command a hundredth of its time.
  const { constants, open } = await import('node:fs/promises');
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) throw new LocalFileError(`${path} is not a regular file`);
      const buffer = Buffer.alloc(largestBytes + 1);
      let size = 0;
      for (let read = -1; read !== 0; size += read) ({ bytesRead: read } = await file.read(buffer, size));
      if (size > largestBytes) throw new LocalFileError(`${path} is larger than ${largestBytes} bytes`);
      return buffer.toString('utf8', 0, size);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof LocalFileError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? error;
    throw new LocalFileError(`cannot read ${path}: ${why}`, { cause: error });
  }
};

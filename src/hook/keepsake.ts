import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LocalFileError, readLocalFile } from '../checker/local-file.ts';
import { replaceFile } from './file/replace-file.ts';

/** What a driver remembers over restarts of the guardian: one value, plain JSON. */
export interface Keepsake {
  /** What was written last; `undefined` when nothing was, or nothing that can still be read. */
  read(): Promise<unknown>;
  /** Resolves once it would survive a power cut. */
  write(value: unknown): Promise<void>;
}

const largestBytes = 16 * 1024 * 1024;

/** A keepsake in a file of its own, whose folder is made when it is missing. */
export const keepsakeFile = (path: string): Keepsake => ({
  read: async () => {
    try {
      return JSON.parse(await readLocalFile(path, largestBytes));
    } catch (error) {
      if (error instanceof LocalFileError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  },
  write: async (value) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    await replaceFile(path, `${JSON.stringify(value)}\n`);
  },
});

/** A keepsake that forgets with its process, for where there is no folder to keep it in. */
export const fleetingKeepsake = (): Keepsake => {
  let kept: unknown;
  return {
    read: async () => kept,
    write: async (value) => {
      kept = value;
    },
  };
};

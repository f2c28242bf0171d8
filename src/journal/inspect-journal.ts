import { stat } from 'node:fs/promises';
import { readEntries } from './read-journal.ts';
import { setAside } from './set-aside.ts';

/**
 * Sets the journal aside when it is none: not a regular file, or not one entry in it. Single lines that are no entries
 * are passed over when it is read.
 *
 * @param now milliseconds since the epoch, for the new name
 * @returns what was set aside, and why; `undefined` when there is nothing to complain about
 */
export const inspectJournal = async (
  file: string,
  now: number,
): Promise<{ readonly setAside: string; readonly why: string } | undefined> => {
  const info = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!info) return undefined;
  if (!info.isFile()) return { setAside: await setAside(file, now), why: 'it is not a regular file' };
  if (info.size === 0) return undefined;
  for await (const _entry of readEntries(file)) return undefined;
  return { setAside: await setAside(file, now), why: 'it is no journal of Farm Guardian' };
};

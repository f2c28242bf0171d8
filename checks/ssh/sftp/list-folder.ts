import { cleanText } from '../../../src/checker/index.ts';
import { criticalFault, type SshFault } from '../ssh-fault.ts';
import { explainSftp } from './explain.ts';
import { type FolderEntry, isRegular } from './packet.ts';
import type { SftpClient } from './sftp-client.ts';

/** What a folder holds, without `.` and `..`. */
export interface Listing {
  readonly entries: number;
  /** The regular file that was changed last; absent where there is none. */
  readonly newest?: FolderEntry;
}

/** Most entries that are looked at: a folder to be checked is no archive. */
const mostEntries = 20_000;

/**
 * Lists a folder.
 *
 * @throws SshFault when it cannot be read, or never ends
 */
export const listFolder = async (sftp: SftpClient, path: string): Promise<Listing> => {
  let entries = 0;
  let newest: FolderEntry | undefined;
  try {
    const handle = await sftp.openFolder(path);
    for (;;) {
      const more = await sftp.readFolder(handle);
      if (!more) break;
      for (const entry of more) {
        if (entry.name === '.' || entry.name === '..') continue;
        entries++;
        if (isRegular(entry.attributes) && timeOf(entry) >= timeOf(newest)) newest = entry;
      }
      if (entries > mostEntries)
        throw criticalFault('size-mismatch', `${path} has more than ${mostEntries} entries`, 'Name a smaller folder.');
    }
    await sftp.close(handle);
  } catch (error) {
    throw explainSftp(error, path);
  }
  return newest ? { entries, newest } : { entries };
};

const timeOf = (entry: FolderEntry | undefined): number => entry?.attributes.modifiedAt ?? 0;

/** The age of a folder's newest file. */
export interface Age {
  readonly name: string;
  readonly seconds: number;
}

const stopped = 'Whatever puts files there has stopped, or puts them elsewhere.';

/**
 * The age of the newest file, never less than 0 where the clocks differ.
 *
 * @throws SshFault when there is no file, or none that says when it was changed
 */
export const newestAge = ({ newest }: Listing, path: string, nowMs: number): Age => {
  if (!newest) throw criticalFault('file-missing', `no file in ${path}`, stopped);
  const name = cleanText(newest.name);
  const { modifiedAt } = newest.attributes;
  if (modifiedAt === undefined)
    throw criticalFault('protocol', `the server does not say when ${name} was changed`, 'Leave maxAge out.');
  return { name, seconds: Math.max(0, Math.round(nowMs / 1_000 - modifiedAt)) };
};

/** A folder whose newest file is older than it may be. */
export const tooOld = ({ name, seconds }: Age, path: string, maxAgeMs: number): SshFault =>
  criticalFault(
    'too-old',
    `the newest file in ${path}, ${name}, is ${seconds} s old, not ${maxAgeMs / 1_000} s or less`,
    stopped,
  );

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { cleanText } from '../../../src/checker/index.ts';
import { criticalFault, type SshFault } from '../ssh-fault.ts';
import type { WorkRun } from '../work.ts';
import { explainSftp } from './explain.ts';
import { readWhole } from './read-file.ts';
import type { SftpClient } from './sftp-client.ts';
import { SftpStatus, statusCodes } from './sftp-error.ts';

/**
 * Stores a small file of a unique name in a folder, reads it back and deletes it, whatever happens in between: also
 * when the run is cancelled or its time is up, for as long as its lifeline holds. Learns `leftBehind`, the path of a
 * file that could not be deleted.
 *
 * @returns the size of the file
 * @throws SshFault, or the signal's reason
 */
export const upload = async (sftp: SftpClient, folder: string, run: WorkRun): Promise<number> => {
  const id = `${hostname().replace(/[^a-z0-9.-]/gi, '-')}-${randomUUID()}`;
  const path = `${folder.replace(/\/*$/, '')}/.farm-guardian-${id}`;
  const content = Buffer.from(`Farm Guardian stores, reads and deletes this file: ${id}\n`);
  using _hold = run.hold();
  let sent = false;
  let failure: unknown;
  try {
    const work = async () => {
      await store(sftp, path, content, (is) => {
        sent = is;
      });
      await readBack(sftp, path, content);
    };
    await run.withdrawn(work());
  } catch (error) {
    failure = error;
  }
  const left = sent ? await remove(sftp, path, run) : undefined;
  // A refusal may have come only by now.
  if (left !== undefined && sent) {
    run.learn({ leftBehind: path });
    run.context.log.warn({ path }, `a file is left behind: ${left.message}`);
    failure ??= left;
  }
  if (failure !== undefined) throw failure;
  return content.length;
};

/** Stores a file; `sent` is told whether there may be one from now on. */
const store = async (sftp: SftpClient, path: string, content: Buffer, sent: (is: boolean) => void): Promise<void> => {
  try {
    const opened = sftp.open(path, 'create');
    sent(true);
    const handle = await opened.catch((error) => {
      if (error instanceof SftpStatus) sent(false);
      throw error;
    });
    await sftp.write(handle, 0, content);
    await sftp.close(handle);
  } catch (error) {
    throw explainSftp(error, path, 'store');
  }
};

const readBack = async (sftp: SftpClient, path: string, content: Buffer): Promise<void> => {
  let copy: Buffer;
  try {
    copy = await readWhole(sftp, path, content.length);
  } catch (error) {
    throw explainSftp(error, path);
  }
  if (copy.equals(content)) return;
  throw criticalFault(
    'content-mismatch',
    `${path} is read back as something else than was stored`,
    'The server, its disk or something on the way alters or truncates what is stored.',
  );
};

/** Deletes the file; gives what keeps it there, if anything. */
const remove = async (sftp: SftpClient, path: string, run: WorkRun): Promise<SshFault | undefined> => {
  try {
    await run.alive(sftp.remove(path));
    return undefined;
  } catch (error) {
    if (error instanceof SftpStatus && error.code === statusCodes.noSuchFile) return undefined;
    if (error instanceof SftpStatus && (await isAbsent(sftp, path, run))) return undefined;
    const why = error instanceof Error ? cleanText(error.message) : 'the connection is lost';
    return criticalFault(
      'access-denied',
      `a file was stored, but not deleted: ${why}`,
      'Let this user delete in the folder.',
    );
  }
};

const isAbsent = async (sftp: SftpClient, path: string, run: WorkRun): Promise<boolean> => {
  try {
    await run.alive(sftp.stat(path));
    return false;
  } catch (error) {
    return error instanceof SftpStatus && error.code === statusCodes.noSuchFile;
  }
};

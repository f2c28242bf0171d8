import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BackendRecord } from './backend-record.ts';
import { setAside } from './set-aside.ts';

/** All that is remembered, at one instant. */
export interface Snapshot {
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number;
  /** The latest journal entry it contains. */
  readonly sequence: number;
  readonly records: Readonly<Record<string, BackendRecord>>;
}

const format = 'farm-guardian snapshot 1';

/** No snapshot is larger; a larger file is foreign, and must not fill the memory. */
const largestBytes = 256 * 1024 * 1024;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes a snapshot so that at any instant either the old or the new one is there, whole. */
export const writeSnapshot = async (file: string, snapshot: Snapshot): Promise<void> => {
  const body = JSON.stringify(snapshot);
  const temporary = `${file}.new`;
  try {
    await writeThrough(temporary, `${format} ${sha256(body)}\n${body}\n`);
    await rename(temporary, file);
  } catch (error) {
    // Half a snapshot on a full disk would keep the journal from its room.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
};

const writeThrough = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, 'w', 0o640);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** What {@link readSnapshot} found: a snapshot, none, or a file that is none, now under another name. */
export type FoundSnapshot =
  | { readonly snapshot: Snapshot }
  | { readonly snapshot: undefined; readonly setAside?: string; readonly why?: string };

/**
 * Reads a snapshot. A damaged or foreign file is set aside (renamed to `FILE.corrupt-TIME`), never deleted.
 *
 * @param now milliseconds since the epoch, for the name
 */
export const readSnapshot = async (file: string, now: number): Promise<FoundSnapshot> => {
  const found = await findSnapshot(file);
  if (typeof found !== 'string') return { snapshot: found };
  return { snapshot: undefined, setAside: await setAside(file, now), why: found };
};

/** Reads a snapshot and leaves it alone; `undefined` when there is none, or what is wrong with it. */
export const findSnapshot = async (file: string): Promise<Snapshot | string | undefined> => {
  const info = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!info) return undefined;
  if (!info.isFile() || info.size > largestBytes) return 'it is no snapshot of Farm Guardian';
  return parseSnapshot(await readFile(file, 'utf8'));
};

/** The snapshot, or what is wrong with it. */
const parseSnapshot = (text: string): Snapshot | string => {
  const [head = '', body = ''] = text.split('\n', 2);
  if (!head.startsWith('farm-guardian snapshot ')) return 'it is no snapshot of Farm Guardian';
  if (!head.startsWith(`${format} `)) return 'it is of another version';
  if (head !== `${format} ${sha256(body)}`) return 'its checksum is wrong';
  return JSON.parse(body) as Snapshot;
};

import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
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

/** The instant that a snapshot shows. */
export type SnapshotStamp = Pick<Snapshot, 'at' | 'sequence'>;

type Records = Iterable<readonly [string, BackendRecord]>;

const format = 'farm-guardian snapshot 1';

/** No snapshot is larger; a larger file is foreign, and must not fill the memory. */
const largestBytes = 256 * 1024 * 1024;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Records that become text in one go: some tenths of a millisecond. */
const sliceSize = 100;

/**
 * Writes a snapshot so that at any instant either the old or the new one is there, whole. Its text is made in slices,
 * between which others get their turn: a record must not change meanwhile, only be replaced.
 *
 * @param records by `FARM/BACKEND`
 */
export const writeSnapshot = async (file: string, stamp: SnapshotStamp, records: Records): Promise<void> => {
  const temporary = `${file}.new`;
  try {
    await writeThrough(temporary, textOf(stamp, records));
    await rename(temporary, file);
  } catch (error) {
    // Half a snapshot on a full disk would keep the journal from its room.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
};

/** The checksum stands first but is known last: its place is kept for it. */
const writeThrough = async (file: string, text: Iterable<string>): Promise<void> => {
  const handle = await open(file, 'w', 0o640);
  const hash = createHash('sha256');
  try {
    let position = headOf('0'.repeat(64)).length;
    for (const slice of text) {
      hash.update(slice);
      position += await writeAll(handle, slice, position);
    }
    await writeAll(handle, '\n', position);
    await writeAll(handle, headOf(hash.digest('hex')), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const headOf = (checksum: string): string => `${format} ${checksum}\n`;

/** Gives how many bytes it were. */
const writeAll = async (handle: FileHandle, text: string, position: number): Promise<number> => {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length)
    written += (await handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  return written;
};

/** What `JSON.stringify` makes of a snapshot, in pieces. */
function* textOf({ at, sequence }: SnapshotStamp, records: Records): Generator<string> {
  yield JSON.stringify({ at, sequence, records: {} }).slice(0, -2);
  let slice: string[] = [];
  let glue = '';
  for (const [name, record] of records) {
    slice.push(`${JSON.stringify(name)}:${JSON.stringify(record)}`);
    if (slice.length < sliceSize) continue;
    yield glue + slice.join(',');
    glue = ',';
    slice = [];
  }
  yield `${slice.length > 0 ? glue : ''}${slice.join(',')}}}`;
}

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

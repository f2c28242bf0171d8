import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isoTime } from '../clock/iso-time.ts';
import type { BackendRecord } from './backend-record.ts';

/** All that is remembered, at one instant. */
export interface Snapshot {
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number;
  /** The latest journal entry it contains. */
  readonly sequence: number;
  readonly records: Readonly<Record<string, BackendRecord>>;
}

const format = 'farm-guardian snapshot 1';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes a snapshot so that at any instant either the old or the new one is there, whole. */
export const writeSnapshot = async (file: string, snapshot: Snapshot): Promise<void> => {
  const body = JSON.stringify(snapshot);
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o640);
  try {
    await handle.writeFile(`${format} ${sha256(body)}\n${body}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
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
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { snapshot: undefined };
    throw error;
  }
  const parsed = parseSnapshot(text);
  if (typeof parsed !== 'string') return { snapshot: parsed };
  const setAside = `${file}.corrupt-${isoTime(now).replaceAll(':', '')}`;
  await rename(file, setAside);
  return { snapshot: undefined, setAside, why: parsed };
};

/** The snapshot, or what is wrong with it. */
const parseSnapshot = (text: string): Snapshot | string => {
  const [head = '', body = ''] = text.split('\n', 2);
  if (!head.startsWith('farm-guardian snapshot ')) return 'it is no snapshot of Farm Guardian';
  if (!head.startsWith(`${format} `)) return 'it is of another version';
  if (head !== `${format} ${sha256(body)}`) return 'its checksum is wrong';
  return JSON.parse(body) as Snapshot;
};

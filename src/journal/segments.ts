import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A part of the journal that is written no more, named after the last entry in it. */
export interface Segment {
  readonly file: string;
  readonly lastSequence: number;
}

const digits = 16;

/** Where the entries up to `lastSequence` go when the journal `file` begins anew: `journal-0000000000001234.jsonl`. */
export const segmentFile = (file: string, lastSequence: number): string =>
  join(dirname(file), `${stem(file)}-${String(lastSequence).padStart(digits, '0')}.jsonl`);

/** The segments of the journal `file`, oldest first. */
export const listSegments = async (file: string): Promise<Segment[]> => {
  const folder = dirname(file);
  const names = await readdir(folder).catch((): string[] => []);
  const prefix = `${stem(file)}-`;
  return names
    .filter((name) => name.startsWith(prefix) && /^\d{16}\.jsonl$/.test(name.slice(prefix.length)))
    .sort()
    .map((name) => ({ file: join(folder, name), lastSequence: Number(name.slice(prefix.length, -'.jsonl'.length)) }));
};

/**
 * Deletes the oldest segments beyond `keep`, but none with an entry after `sequence`: what no snapshot contains yet is
 * still needed.
 */
export const pruneSegments = async (file: string, sequence: number, keep: number): Promise<void> => {
  const segments = await listSegments(file);
  for (const { file, lastSequence } of segments.slice(0, Math.max(0, segments.length - keep)))
    if (lastSequence <= sequence) await rm(file, { force: true });
};

const stem = (file: string): string => basename(file, '.jsonl');

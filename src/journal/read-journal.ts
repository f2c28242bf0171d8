import { open } from 'node:fs/promises';
import { type JournalEntry, parseEntry } from './journal-entry.ts';
import { listSegments } from './segments.ts';

const chunkBytes = 64 * 1024;
/** No entry is longer, though one may name every backend there is; a longer line is foreign, and must not fill the memory. */
const longestLine = 8 * 1024 * 1024;

/** The entries of one file after a sequence number, oldest first; lines that are no entries are passed over. */
export async function* readEntries(file: string, after = 0): AsyncGenerator<JournalEntry> {
  for await (const line of readLines(file)) {
    const entry = parseEntry(line);
    if (entry && entry.sequence > after) yield entry;
  }
}

/** The entries of a journal and of its older segments after a sequence number, oldest first. */
export async function* readJournal(file: string, after = 0): AsyncGenerator<JournalEntry> {
  for (const segment of await listSegments(file))
    if (segment.lastSequence > after) yield* readEntries(segment.file, after);
  yield* readEntries(file, after);
}

async function* readLines(file: string): AsyncGenerator<string> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!handle) return;
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let line: Buffer[] = [];
    let length = 0;
    for (let read = await handle.read(chunk); read.bytesRead > 0; read = await handle.read(chunk)) {
      let start = 0;
      for (let end = find(chunk, start, read.bytesRead); end >= 0; end = find(chunk, start, read.bytesRead)) {
        line.push(chunk.subarray(start, end));
        if (length <= longestLine) yield Buffer.concat(line).toString();
        [line, length, start] = [[], 0, end + 1];
      }
      length += read.bytesRead - start;
      if (length <= longestLine) line.push(Buffer.from(chunk.subarray(start, read.bytesRead)));
      else line = [];
    }
    if (length > 0 && length <= longestLine) yield Buffer.concat(line).toString();
  } finally {
    await handle.close();
  }
}

/** Where the next line end is; -1 when there is none in what was read. */
const find = (chunk: Buffer, start: number, end: number): number => {
  const at = chunk.indexOf(0x0a, start);
  return at < end ? at : -1;
};

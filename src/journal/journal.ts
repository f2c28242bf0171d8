import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Clock } from '../clock/clock.ts';
import { isoTime } from '../clock/iso-time.ts';
import type { Logger } from '../log/logger.ts';
import type { JournalEntry, JournalEvent } from './journal-entry.ts';

/** Thrown when the journal cannot be opened; the message names the file. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/**
 * The append-only log of what the guardian decided and delivered, one JSON object a line. An entry is handed to
 * the kernel before anybody acts on it, so that a killed guardian finds it again.
 */
export class Journal implements Disposable {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  #sequence: number;
  #fault: string | undefined;

  private constructor(file: string, descriptor: number, sequence: number, clock: Clock, log: Logger) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#sequence = sequence;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Opens a journal, making it when there is none; a line that was cut off by a crash is closed off.
   *
   * @param sequence the last number that was given out, so that numbers go on
   * @throws JournalError when the file cannot be written
   */
  static open(file: string, sequence: number, { clock, log }: { clock: Clock; log: Logger }): Journal {
    try {
      const descriptor = openSync(file, 'a+', 0o640);
      const { size } = fstatSync(descriptor);
      const last = Buffer.alloc(1);
      if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeSync(descriptor, '\n');
      return new Journal(file, descriptor, sequence, clock, log);
    } catch (error) {
      throw new JournalError(`cannot write the journal ${file}: ${(error as NodeJS.ErrnoException).code ?? error}`);
    }
  }

  /** The number of the latest entry. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Why entries are not on disk; `undefined` while they are. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Appends an entry. When the disk does not take it, the guardian goes on in memory and says so once. */
  append<const Event extends JournalEvent>(event: Event): Event & { readonly sequence: number; readonly at: string } {
    const at = isoTime(this.#clock.wallTime());
    const entry = { sequence: ++this.#sequence, at, ...event };
    try {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      let written = 0;
      while (written < line.length) written += writeSync(this.#descriptor, line, written);
      if (this.#fault) this.#log.info({ file: this.#file }, 'journal is written again');
      this.#fault = undefined;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      if (!this.#fault) this.#log.error({ file: this.#file, why }, 'journal cannot be written: going on in memory');
      this.#fault = why;
    }
    return entry;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** The entries of a journal after a sequence number, oldest first; lines that are no entries are passed over. */
export async function* readJournal(file: string, after: number): AsyncGenerator<JournalEntry> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!handle) return;
  for await (const line of handle.readLines()) {
    const entry = parseEntry(line);
    if (entry && entry.sequence > after) yield entry;
  }
}

const parseEntry = (line: string): JournalEntry | undefined => {
  try {
    const entry: unknown = JSON.parse(line);
    const isEntry = typeof entry === 'object' && entry !== null && 'sequence' in entry && 'type' in entry;
    return isEntry && Number.isSafeInteger(entry.sequence) ? (entry as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
};

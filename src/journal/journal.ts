import { closeSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import type { Clock } from '../clock/clock.ts';
import { isoTime } from '../clock/iso-time.ts';
import type { Logger } from '../log/logger.ts';
import type { JournalEvent } from './journal-entry.ts';
import { segmentFile } from './segments.ts';

/** Thrown when the journal cannot be opened; the message names the file. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** What a journal needs. */
export interface JournalContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** The file begins anew once it is this long. Default 8 MiB. */
  readonly largestBytes?: number;
}

/** How many entries are kept for a disk that takes none; older ones are then given up. */
const mostWaiting = 10_000;

/**
 * The append-only log of what the guardian saw, decided and delivered, one JSON object a line. An entry is handed to
 * the kernel before anybody acts on it, so that a killed guardian finds it again.
 */
export class Journal implements Disposable {
  readonly #file: string;
  readonly #context: JournalContext;
  #descriptor: number;
  #size: number;
  #sequence: number;
  #fault: string | undefined;
  #rotations = 0;
  /** Lines that the disk has not taken yet; the first may have got there in part. */
  #waiting: string[] = [];

  private constructor(file: string, descriptor: number, size: number, sequence: number, context: JournalContext) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#size = size;
    this.#sequence = sequence;
    this.#context = context;
  }

  /**
   * Opens a journal, making it when there is none; a line that was cut off by a crash is closed off.
   *
   * @param sequence the last number that was given out, so that numbers go on
   * @throws JournalError when the file cannot be written
   */
  static open(file: string, sequence: number, context: JournalContext): Journal {
    try {
      const descriptor = openSync(file, 'a+', 0o640);
      const { size } = fstatSync(descriptor);
      const last = Buffer.alloc(1);
      const journal = new Journal(file, descriptor, size, sequence, context);
      if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) journal.#write('');
      return journal;
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

  /** How often the file has begun anew. */
  get rotations(): number {
    return this.#rotations;
  }

  /**
   * Appends an entry. When the disk does not take it, the guardian goes on in memory and says so once; once the disk
   * takes entries again, it gets the ones it missed.
   */
  append<const Event extends JournalEvent>(event: Event): Event & { readonly sequence: number; readonly at: string } {
    const at = isoTime(this.#context.clock.wallTime());
    const entry = { sequence: ++this.#sequence, at, ...event };
    this.#write(JSON.stringify(entry));
    return entry;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  #write(line: string): void {
    const { log } = this.#context;
    // A line that was cut off by a full disk is closed off first, and written once more in whole.
    const lines = this.#fault === undefined ? [line] : ['', ...this.#waiting, line];
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      if (!this.#fault) log.error({ file: this.#file, why }, 'journal cannot be written: going on in memory');
      this.#fault = why;
      this.#waiting = lines.slice(countLines(bytes.subarray(0, written))).slice(-mostWaiting);
      return;
    }
    if (this.#fault) log.info({ file: this.#file, missed: this.#waiting.length }, 'journal is written again');
    this.#fault = undefined;
    this.#waiting = [];
    this.#size += bytes.length;
    if (this.#size >= (this.#context.largestBytes ?? 8 * 1024 * 1024)) this.#beginAnew();
  }

  /** What is there becomes a segment; when that fails, the file grows on until it is as long once more. */
  #beginAnew(): void {
    const segment = segmentFile(this.#file, this.#sequence);
    this.#size = 0;
    try {
      renameSync(this.#file, segment);
      const descriptor = openSync(this.#file, 'a+', 0o640);
      closeSync(this.#descriptor);
      this.#descriptor = descriptor;
      this.#rotations++;
    } catch (error) {
      // Entries still go to the file that is open, under whichever name.
      this.#context.log.warn({ file: this.#file, why: String(error) }, 'journal could not begin anew: it grows on');
    }
  }
}

const countLines = (bytes: Buffer): number => bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);

import { readLocalFile } from '../../checker/local-file.ts';
import type { Entries, Entry, FileSubject, Format } from './format.ts';
import { replaceFile } from './replace-file.ts';

/** Far more than a farm of thousands of backends needs. */
const largestBytes = 4 * 1024 * 1024;

/** One file with the states of some backends: what we want in it, and what is there. */
export class FarmFile {
  readonly #path: string;
  readonly #format: Format;
  readonly #subject: FileSubject;
  #entries: Entries | undefined;

  constructor(path: string, format: Format, subject: FileSubject) {
    this.#path = path;
    this.#format = format;
    this.#subject = subject;
  }

  /**
   * Writes these entries in, beside those of other backends. A file that says it all already is not touched.
   *
   * @throws Error, with a message for people
   */
  async write(changed: Entries): Promise<void> {
    const found = await this.#read();
    const before = this.#entries ?? this.#parse(found);
    const entries: Entries = new Map([...before, ...changed]);
    const text = this.#format.render(entries, this.#subject);
    if (text !== found) await replaceFile(this.#path, text);
    this.#entries = entries;
  }

  /** What it says; nothing at all once anybody else has changed it, so that it is written anew. */
  async observe(): Promise<ReadonlyMap<string, Entry>> {
    const found = await this.#read();
    const entries = this.#parse(found);
    return this.#format.render(this.#entries ?? entries, this.#subject) === found ? entries : new Map();
  }

  #parse(text: string | undefined): Entries {
    return (text === undefined ? undefined : this.#format.parse(text, this.#subject)) ?? new Map();
  }

  /** Its text; `undefined` when there is no such file, or nothing that could be read as one. */
  async #read(): Promise<string | undefined> {
    return readLocalFile(this.#path, largestBytes).catch(() => undefined);
  }
}

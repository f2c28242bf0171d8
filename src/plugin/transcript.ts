import { cleanText } from '../checker/index.ts';

const mostLines = 200;
const mostBytes = 64 * 1024;

/** The dialogue of a run as far as it is printed: clean lines without `|`, 200 of them and 64 KiB at most. */
export class Transcript {
  readonly #lines: string[] = [];
  #bytes = 0;
  #dropped = 0;

  /** Takes one more line, or counts it once there is no room. */
  readonly add = (line: string): void => {
    const clean = cleanText(line);
    const bytes = Buffer.byteLength(clean) + 1;
    if (this.#dropped > 0 || this.#lines.length === mostLines || this.#bytes + bytes > mostBytes) {
      this.#dropped++;
      return;
    }
    this.#lines.push(clean);
    this.#bytes += bytes;
  };

  /** The lines, the last one of which says how many are missing. */
  get lines(): readonly string[] {
    return this.#dropped > 0 ? [...this.#lines, `… ${this.#dropped} more`] : this.#lines;
  }
}

/** The end of what a program prints. */
export class OutputTail {
  readonly #mostBytes: number;
  #kept: Buffer = Buffer.alloc(0);

  /** @param mostBytes how much of it is kept */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  add(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk]).subarray(-this.#mostBytes);
  }

  /** The last line that is not empty, as it was printed; empty when there is none. */
  get lastLine(): string {
    return (this.#kept.toString().trimEnd().split('\n').at(-1) ?? '').trim();
  }
}

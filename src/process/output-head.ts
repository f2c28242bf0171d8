/** The beginning of what a program prints. */
export class OutputHead {
  readonly #mostBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  /** @param mostBytes how much of it is kept */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** How many bytes came, kept or not. */
  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Buffer): void {
    const room = this.#mostBytes - this.#bytes;
    if (room > 0) this.#chunks.push(chunk.subarray(0, room));
    this.#bytes += chunk.length;
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

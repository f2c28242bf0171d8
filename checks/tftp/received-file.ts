/** The bytes of a file as they come, put together without keeping a packet for each block. */
export class ReceivedFile {
  #buffer: Buffer = Buffer.alloc(0);
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** All of them. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }

  append(payload: Uint8Array): void {
    const size = this.#size + payload.length;
    if (size > this.#buffer.length) {
      // The first block is mostly the only one.
      const grown = Buffer.allocUnsafe(this.#size === 0 ? size : Math.max(size, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#size);
      this.#buffer = grown;
    }
    this.#buffer.set(payload, this.#size);
    this.#size = size;
  }
}

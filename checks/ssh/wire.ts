/** Thrown where bytes end before what they should hold. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Reads the data types of SSH (RFC 4251, section 5) out of bytes that somebody else has made. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws WireError */
  byte(): number {
    return this.raw(1).readUInt8();
  }

  /** @throws WireError */
  uint32(): number {
    return this.raw(4).readUInt32BE();
  }

  /** Exact up to 2^53. @throws WireError */
  uint64(): number {
    return Number(this.raw(8).readBigUInt64BE());
  }

  /** A string: its length, and so many bytes. @throws WireError */
  string(): Buffer {
    return this.raw(this.uint32());
  }

  /** So many bytes, which still belong to what is read. @throws WireError */
  raw(length: number): Buffer {
    if (length > this.left) throw new WireError(`${length} bytes expected, ${this.left} left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/** A uint32 as it goes over the wire. */
export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** A uint64 as it goes over the wire. */
export const uint64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

/** A string as it goes over the wire. */
export const wireString = (value: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
};

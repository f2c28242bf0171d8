import { cleanText, type Fact } from '../../src/checker/index.ts';
import { WireError, WireReader } from './wire.ts';

/** The algorithms that a server offers (SSH_MSG_KEXINIT, RFC 4253, section 7.1), by its own preference. */
export interface Offer {
  readonly kex: readonly string[];
  readonly hostKeys: readonly string[];
  readonly ciphers: readonly string[];
  readonly macs: readonly string[];
}

/** What the offer tells others. */
export const offerFacts = ({ kex, hostKeys, ciphers, macs }: Offer): Record<string, Fact> => ({
  offeredKex: kex,
  offeredHostKeys: hostKeys,
  offeredCiphers: ciphers,
  offeredMacs: macs,
});

const messageKexInit = 20;
/** RFC 4253, section 6.1: what every implementation must be able to take. */
const longestPacket = 35_000;
/** More than any server needs before it says KEXINIT. */
const mostBytes = 2 * longestPacket;

/** Finds the server's offer in what it sends behind its identification, before any encryption. */
export class OfferReader {
  #bytes = Buffer.alloc(0);
  #over = false;

  /** Takes more bytes; gives the offer once, when it is there. What is no offer is left for others to complain about. */
  push(bytes: Uint8Array): Offer | undefined {
    if (this.#over) return undefined;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (this.#bytes.length > mostBytes) this.#over = true;
    while (!this.#over && this.#bytes.length >= 5) {
      const length = this.#bytes.readUInt32BE();
      if (length > longestPacket) this.#over = true;
      if (this.#over || this.#bytes.length < 4 + length) break;
      const payload = this.#bytes.subarray(5, 4 + length);
      this.#bytes = this.#bytes.subarray(4 + length);
      if (payload[0] !== messageKexInit) continue;
      this.#over = true;
      return readOffer(payload);
    }
    return undefined;
  }
}

const readOffer = (payload: Buffer): Offer | undefined => {
  try {
    const reader = new WireReader(payload);
    // The type, and a random cookie.
    reader.raw(1 + 16);
    const [kex, hostKeys, ciphers, _back, macs] = [1, 2, 3, 4, 5].map(() => namesOf(reader.string()));
    return kex && hostKeys && ciphers && macs ? { kex, hostKeys, ciphers, macs } : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
};

const [mostNames, longestName] = [64, 64];

const namesOf = (list: Buffer): readonly string[] =>
  list
    .toString('latin1', 0, mostNames * longestName)
    .split(',')
    .filter((name) => name !== '')
    .slice(0, mostNames)
    .map((name) => cleanText(name.slice(0, longestName)));

import { blockBytes, encodeAck, encodeError, errorCodes, type Packet } from './packet.ts';

/** How a transfer ended, by what the server sent. */
export type TransferEnd =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'error'; readonly code: number; readonly message: Uint8Array }
  | { readonly kind: 'protocol'; readonly why: string };

/** What a packet calls for: `reply` is sent to the server, `end` ends the transfer, neither means ignore it. */
export interface Reaction {
  readonly reply?: Buffer;
  readonly end?: TransferEnd;
}

const lastBlock = 0xffff;
const ignore: Reaction = {};

/** The receiving side of one transfer (RFC 1350, section 2): knows packets, no sockets and no time. */
export class Transfer {
  readonly #maxBytes: number;
  readonly #payloads: Uint8Array[] = [];
  #bytes = 0;
  #last = 0;

  /** @param maxBytes the transfer is broken off, with an ERROR, as soon as it has more. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many blocks have come. */
  get blocks(): number {
    return this.#payloads.length;
  }

  accept(packet: Packet): Reaction {
    switch (packet.kind) {
      case 'data':
        return this.#acceptBlock(packet.block, packet.payload);
      case 'error':
        return { end: packet };
      case 'option-ack':
        return broken('an OACK to a request without options', errorCodes.optionsRefused);
      case 'malformed':
        return broken(packet.why, errorCodes.illegalOperation);
      default:
        return packet satisfies never;
    }
  }

  #acceptBlock(block: number, payload: Uint8Array): Reaction {
    if (!this.#isNext(block)) {
      // Only the last block is acknowledged again: answering older ones would double every packet from then on
      // (the Sorcerer's Apprentice, RFC 1123, section 4.2.3.1).
      return this.blocks > 0 && block === this.#last ? { reply: encodeAck(block) } : ignore;
    }
    if (this.#bytes + payload.length > this.#maxBytes)
      return { reply: encodeError(errorCodes.notDefined, 'that is enough'), end: { kind: 'too-large' } };
    this.#last = block;
    this.#bytes += payload.length;
    this.#payloads.push(payload);
    const reply = encodeAck(block);
    if (payload.length === blockBytes) return { reply };
    return { reply, end: { kind: 'file', bytes: Buffer.concat(this.#payloads) } };
  }

  /** After block 65535 some servers go on with 0, some with 1. */
  #isNext(block: number): boolean {
    return this.#last === lastBlock ? block <= 1 : block === this.#last + 1;
  }
}

const broken = (why: string, code: number): Reaction => ({
  reply: encodeError(code, 'unexpected packet'),
  end: { kind: 'protocol', why },
});

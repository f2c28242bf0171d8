import { negotiate, type OptionName, optionNames, type TransferOptions } from './negotiation.ts';
import { defaultBlockBytes, encodeAck, encodeError, errorCodes, type OptionPair, type Packet } from './packet.ts';
import { ReceivedFile } from './received-file.ts';

/** How a transfer ended, by what the server sent. */
export type TransferEnd =
  /** `whole` unless the first block was enough, and there is more. */
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly whole: boolean }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'error'; readonly code: number; readonly message: Uint8Array }
  | { readonly kind: 'options-refused'; readonly missing: readonly OptionName[] }
  | { readonly kind: 'protocol'; readonly why: string };

/** What a packet calls for: `reply` is sent to the server, `end` ends the transfer, neither means ignore it. */
export interface Reaction {
  readonly reply?: Buffer;
  readonly end?: TransferEnd;
}

/** What a transfer is to be like. */
export interface TransferTerms {
  /** It is broken off, with an ERROR, as soon as it has more. */
  readonly maxBytes: number;
  /** The options that the request has. */
  readonly asked: TransferOptions;
  /** Those of them that the server must grant. */
  readonly required: readonly OptionName[];
  /** Whether the first block is enough; the size of the file does not matter then. */
  readonly firstBlock: boolean;
}

const lastNumber = 0xffff;
const ignore: Reaction = {};

/** How many packets of no use a server may send between two of use, besides what a lost packet costs in its window. */
const mostUseless = 1_000;

/** The receiving side of one transfer (RFC 1350, section 2; RFC 7440): knows packets, no sockets and no time. */
export class Transfer {
  readonly #terms: TransferTerms;
  readonly #file = new ReceivedFile();
  #granted: TransferOptions | undefined;
  #blocks = 0;
  /** The number of the last block that came in order, 0 before the first. */
  #last = 0;
  /** Blocks of the current window that have come, and are not acknowledged yet. */
  #pending = 0;
  /** Whether the server knows of the gap that it has left in the current window. */
  #gapTold = false;
  #duplicates = 0;
  #useless = 0;

  constructor(terms: TransferTerms) {
    this.#terms = terms;
  }

  /** The options that the server has granted; `undefined` before its first answer. */
  get granted(): TransferOptions | undefined {
    return this.#granted;
  }

  /** How many blocks have come. */
  get blocks(): number {
    return this.#blocks;
  }

  /** How many blocks came that had come already. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** What a packet of the server calls for. */
  accept(packet: Packet): Reaction {
    switch (packet.kind) {
      case 'data':
        return this.#acceptBlock(packet.block, packet.payload);
      case 'option-ack':
        return this.#acceptOptions(packet.options);
      case 'error':
        return { end: packet };
      case 'malformed':
        return broken(packet.why, errorCodes.illegalOperation);
      default:
        return packet satisfies never;
    }
  }

  /** What is to be sent again after a silence; `undefined` when the server has not answered the request yet. */
  again(): Buffer | undefined {
    return this.#granted && this.#acknowledge().reply;
  }

  #acceptOptions(options: readonly OptionPair[]): Reaction {
    const { asked, firstBlock, maxBytes } = this.#terms;
    // The ACK of the first one was lost.
    if (this.#granted)
      return this.#blocks === 0 ? this.#uselessUnless(() => this.#acknowledge()) : this.#uselessUnless();
    if (optionNames(asked).length === 0) return broken('an OACK to a request without options', errorCodes.options);
    const negotiation = negotiate(asked, options);
    if ('fault' in negotiation) return broken(`an OACK ${negotiation.fault}`, errorCodes.options);
    const { granted } = negotiation;
    this.#granted = granted;
    const refusal = this.#refusal(granted);
    if (refusal) return refusal;
    if (!firstBlock && (granted.tsize ?? 0) > maxBytes) return tooLarge;
    return this.#acknowledge();
  }

  #acceptBlock(block: number, payload: Uint8Array): Reaction {
    if (!this.#isNext(block)) return this.#acceptOutOfOrder(block);
    if (!this.#granted) {
      this.#granted = {};
      const refusal = this.#refusal({});
      if (refusal) return refusal;
    }
    const { blksize = defaultBlockBytes, windowsize = 1 } = this.#granted;
    if (payload.length > blksize)
      return broken(
        `a DATA block of ${payload.length} bytes, where ${blksize} is the most`,
        errorCodes.illegalOperation,
      );
    const { firstBlock, maxBytes } = this.#terms;
    if (!firstBlock && this.#file.size + payload.length > maxBytes) return tooLarge;
    this.#file.append(payload);
    this.#last = block;
    this.#blocks++;
    this.#pending++;
    this.#useless = 0;
    this.#gapTold = false;
    const whole = payload.length < blksize;
    if (!whole && !firstBlock) return this.#pending < windowsize ? ignore : this.#acknowledge();
    const end = { kind: 'file', bytes: this.#file.bytes, whole } as const;
    const reply = whole ? encodeAck(block) : encodeError(errorCodes.notDefined, 'the first block is enough');
    return { reply, end };
  }

  #acceptOutOfOrder(block: number): Reaction {
    // A block that cannot be the first one belongs to somebody's older transfer.
    if (!this.#granted) return ignore;
    const isAhead = ((block - this.#last) & lastNumber) < 0x8000 && block !== this.#last;
    if (!isAhead) this.#duplicates++;
    return this.#uselessUnless(() => {
      // Of those that came already, only the last is acknowledged again, and not inside of a window: answering older ones
      // would double every packet from then on (the Sorcerer's Apprentice, RFC 1123, section 4.2.3.1).
      if (!isAhead)
        return block === this.#last && this.#blocks > 0 && this.#pending === 0 ? this.#acknowledge() : ignore;
      // One ACK of what came before the gap, and the server starts its window anew there (RFC 7440, section 4).
      if ((this.#granted?.windowsize ?? 1) === 1 || this.#gapTold) return ignore;
      this.#gapTold = true;
      return this.#acknowledge();
    });
  }

  /** The reaction to a packet that brings nothing, or the end when there have been too many of them. */
  #uselessUnless(react: () => Reaction = () => ignore): Reaction {
    const { windowsize = 1 } = this.#granted ?? {};
    if (++this.#useless <= mostUseless + 2 * windowsize) return react();
    return broken(`${this.#useless} packets that bring nothing new`, errorCodes.illegalOperation);
  }

  #acknowledge(): Reaction {
    this.#pending = 0;
    return { reply: encodeAck(this.#last) };
  }

  /** What a server hears that does not grant what it must. */
  #refusal(granted: TransferOptions): Reaction | undefined {
    const missing = this.#terms.required.filter((name) => granted[name] === undefined);
    if (missing.length === 0) return undefined;
    const reply = encodeError(errorCodes.options, 'options are required');
    return { reply, end: { kind: 'options-refused', missing } };
  }

  /** After block 65535 some servers go on with 0, some with 1. */
  #isNext(block: number): boolean {
    return this.#last === lastNumber ? block <= 1 : block === this.#last + 1;
  }
}

const tooLarge: Reaction = {
  reply: encodeError(errorCodes.full, 'that is too much'),
  end: { kind: 'too-large' },
};

const broken = (why: string, code: number): Reaction => ({
  reply: encodeError(code, 'unexpected packet'),
  end: { kind: 'protocol', why },
});

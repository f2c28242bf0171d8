import { decodePacket, encodeError, errorCodes } from './packet.ts';
import { type Reaction, Transfer, type TransferTerms } from './transfer.ts';

/** Where a datagram came from. On the server's side the port is its transfer identifier (RFC 1350, section 4). */
export interface Source {
  readonly address: string;
  readonly port: number;
}

/** What a {@link Conversation} listens to. */
export interface ConversationTerms extends TransferTerms {
  /** Whether an answer may come from another address. */
  readonly anySource: boolean;
}

/** Strangers are told of their error, but a flood of them is not answered. */
const mostRebukes = 8;
const rebuke: Reaction = { reply: encodeError(errorCodes.unknownTransferId, 'unknown transfer ID') };

/** Who says what to one request: finds the server among the senders of datagrams. Knows no sockets and no time. */
export class Conversation {
  readonly transfer: Transfer;
  readonly #terms: ConversationTerms;
  readonly #peerAddress: string;
  #server: Source | undefined;
  #stranger: string | undefined;
  #strangers = 0;
  #rebukes = 0;

  /** @param peerAddress the address that was asked, as the kernel writes it */
  constructor(terms: ConversationTerms, peerAddress: string) {
    this.#terms = terms;
    this.#peerAddress = peerAddress;
    this.transfer = new Transfer(terms);
  }

  /** The first sender of an answer to the request. */
  get server(): Source | undefined {
    return this.#server;
  }

  /** The first address that answered without having been asked. */
  get stranger(): string | undefined {
    return this.#stranger;
  }

  /** Datagrams from addresses that were not asked. */
  get strangers(): number {
    return this.#strangers;
  }

  /** Whether that is where the server answers from. */
  isServer({ address, port }: Source): boolean {
    return this.#server?.address === address && this.#server.port === port;
  }

  /** What a datagram calls for: a reply to its sender, the end, or nothing. */
  hear(datagram: Buffer, from: Source): Reaction {
    const { address, port } = from;
    if (address !== this.#peerAddress) {
      this.#stranger ??= address;
      this.#strangers++;
    }
    if (this.isServer(from)) return this.transfer.accept(decodePacket(datagram));
    if (this.#server) return this.#rebuke();
    if (!this.#terms.anySource && address !== this.#peerAddress) return this.#rebuke();
    const reaction = this.transfer.accept(decodePacket(datagram));
    // It has nothing to say to what cannot be an answer to the request.
    if (!reaction.reply && !reaction.end) return this.#rebuke();
    this.#server = { address, port };
    return reaction;
  }

  #rebuke(): Reaction {
    return this.#rebukes++ < mostRebukes ? rebuke : {};
  }
}

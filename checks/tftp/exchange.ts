import { type Clock, classifyNetworkError, type NetworkFault, type StopSignal } from '../../src/checker/index.ts';
import type { TransferOptions } from './negotiation.ts';
import type { Mode } from './packet.ts';
import { Session } from './session.ts';
import type { Transcript } from './transcript.ts';
import type { TransferEnd, TransferTerms } from './transfer.ts';
import { openTwinSockets, type Peer, type TwinSockets } from './twin-sockets.ts';

/** What is asked for, and whose answer counts. */
export interface ReadRequest extends TransferTerms {
  readonly file: string;
  readonly mode: Mode;
  /** Whether an answer may come from another address than the one asked. */
  readonly anySource: boolean;
  /** Address of this machine to ask from; the system's choice when absent. */
  readonly from?: string | undefined;
}

/** What an exchange came to. `silence` means that the run was aborted before anything else. */
export type ExchangeEnd =
  | TransferEnd
  | { readonly kind: 'fault'; readonly fault: NetworkFault }
  | { readonly kind: 'silence'; readonly blocks: number }
  | { readonly kind: 'wrong-source'; readonly address: string };

/** An {@link ExchangeEnd} with what was seen on the way. */
export interface Exchange {
  readonly end: ExchangeEnd;
  /** Read requests sent. */
  readonly requests: number;
  /** Datagrams from addresses that were not asked. */
  readonly strangers: number;
  /** Blocks that came when they had come already. */
  readonly duplicates: number;
  /** What the server granted; absent when it did not answer. */
  readonly granted?: TransferOptions | undefined;
  /** The port the server answered from; absent when it did not. */
  readonly answerPort?: number | undefined;
  /** From the first request to the first answer, in milliseconds; absent when there was none. */
  readonly answerMs?: number | undefined;
  /** From the first request to the end, in milliseconds. */
  readonly elapsedMs: number;
}

/** What a run lends to its exchanges. */
export interface ExchangeContext {
  readonly signal: StopSignal;
  readonly clock: Clock;
  readonly transcript?: Transcript | undefined;
}

/**
 * Reads one file from one address (RFC 1350). Never rejects; ends at the latest when `signal` aborts, and leaves no
 * server behind that goes on sending.
 */
export const exchange = async (peer: Peer, request: ReadRequest, context: ExchangeContext): Promise<Exchange> => {
  let sockets: TwinSockets;
  try {
    sockets = await openTwinSockets(peer, request.from);
  } catch (error) {
    const end = { kind: 'fault', fault: classifyNetworkError(error) } as const;
    return { end, requests: 0, strangers: 0, duplicates: 0, elapsedMs: 0 };
  }
  return new Session(sockets, request, context).run();
};

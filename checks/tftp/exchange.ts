import { type Clock, classifyNetworkError, type NetworkFault } from '../../src/checker/index.ts';
import { Conversation } from './conversation.ts';
import { encodeError, encodeReadRequest, errorCodes, type Mode } from './packet.ts';
import type { TransferEnd } from './transfer.ts';
import { openTwinSockets, type Peer, type TwinSockets } from './twin-sockets.ts';

/** What is asked for, and whose answer counts. */
export interface ReadRequest {
  readonly file: string;
  readonly mode: Mode;
  /** The transfer is broken off as soon as it has more. */
  readonly maxBytes: number;
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
  /** From the first request to the first answer, in milliseconds; absent when there was none. */
  readonly answerMs?: number;
  /** From the first request to the end, in milliseconds. */
  readonly elapsedMs: number;
}

/** When an unanswered request is repeated, in milliseconds after the first one. */
const repeatsAtMs = [500, 1_000, 2_000];

/**
 * Reads one file from one address (RFC 1350). Never rejects; ends at the latest when `signal` aborts, and leaves no
 * server behind that goes on sending.
 */
export const exchange = async (
  peer: Peer,
  request: ReadRequest,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<Exchange> => {
  let sockets: TwinSockets;
  try {
    sockets = await openTwinSockets(peer, request.from);
  } catch (error) {
    const end = { kind: 'fault', fault: classifyNetworkError(error) } as const;
    return { end, requests: 0, strangers: 0, elapsedMs: 0 };
  }

  const conversation = new Conversation({ ...request, peerAddress: sockets.peerAddress });
  const startedAt = clock.now();
  let answerMs: number | undefined;
  let requests = 0;
  let lastReply: Promise<unknown> | undefined;
  const ask = () => {
    if (conversation.server) return;
    requests++;
    sockets.request(encodeReadRequest(request.file, request.mode));
  };

  const undo: (() => void)[] = [];
  const end = await new Promise<ExchangeEnd>((resolve) => {
    const fault = (error: unknown) => resolve({ kind: 'fault', fault: classifyNetworkError(error) });
    sockets.listen({
      datagram: (bytes, from) => {
        const { reply, end } = conversation.hear(bytes, from);
        if (conversation.server) answerMs ??= clock.now() - startedAt;
        if (reply) lastReply = sockets.reply(reply, from).catch((error) => conversation.isServer(from) && fault(error));
        if (end) resolve(end);
      },
      // Once the server has answered, a refusal can only be that of a repeated request.
      fault: (error) => conversation.server || fault(error),
    });
    const abort = () => resolve(unanswered(conversation));
    signal.addEventListener('abort', abort);
    undo.push(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) return abort();
    ask();
    for (const atMs of repeatsAtMs) {
      const timer = clock.setTimer(ask, atMs);
      undo.push(() => timer.cancel());
    }
  });
  const elapsedMs = clock.now() - startedAt;
  for (const step of undo) step();
  if (end.kind === 'silence' && conversation.server)
    lastReply = sockets.reply(encodeError(errorCodes.notDefined, 'no time left'), conversation.server).catch(() => {});
  await lastReply;
  sockets.close();
  return { end, requests, strangers: conversation.strangers, ...(answerMs !== undefined && { answerMs }), elapsedMs };
};

const unanswered = ({ server, stranger, blocks }: Conversation): ExchangeEnd =>
  server || stranger === undefined ? { kind: 'silence', blocks } : { kind: 'wrong-source', address: stranger };

import type { RemoteInfo } from 'node:dgram';
import { classifyNetworkError } from '../../src/checker/index.ts';
import { Conversation, type Source } from './conversation.ts';
import type { Exchange, ExchangeContext, ExchangeEnd, ReadRequest } from './exchange.ts';
import { optionPairs } from './negotiation.ts';
import { encodeError, encodeReadRequest, errorCodes } from './packet.ts';
import { Repetition } from './repetition.ts';
import type { TwinSockets } from './twin-sockets.ts';

/** One request and all that comes of it, over a pair of sockets of its own: what turns packets and time into an end. */
export class Session {
  readonly #sockets: TwinSockets;
  readonly #context: ExchangeContext;
  readonly #conversation: Conversation;
  readonly #request: Buffer;
  readonly #startedAt: number;
  #answerMs: number | undefined;
  #requests = 0;
  #repetition: Repetition | undefined;
  /** Replies that have not left this machine yet, and who waits for that. */
  #unsent = 0;
  #allSent = () => {};
  #finish: (end: ExchangeEnd) => void = () => {};

  /** @param sockets closed at the end */
  constructor(sockets: TwinSockets, request: ReadRequest, context: ExchangeContext) {
    this.#sockets = sockets;
    this.#context = context;
    this.#conversation = new Conversation(request, sockets.peerAddress);
    this.#request = encodeReadRequest(request.file, request.mode, optionPairs(request.asked));
    this.#startedAt = context.clock.now();
  }

  /** Asks, and resolves with what it came to. Once only. */
  async run(): Promise<Exchange> {
    const { signal, clock } = this.#context;
    const conversation = this.#conversation;
    const { transfer } = conversation;
    const abort = () => this.#finish(this.#unanswered());
    const end = await new Promise<ExchangeEnd>((resolve) => {
      this.#finish = resolve;
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort);
      this.#sockets.listen({
        datagram: (bytes, from) => this.#hear(bytes, from),
        // Once the server has answered, a refusal can only be that of a repeated request.
        fault: (error) => conversation.server || this.#fail(error),
      });
      this.#ask();
      this.#repetition = new Repetition(clock, this.#startedAt, () => this.#repeat());
    });
    const elapsedMs = clock.now() - this.#startedAt;
    this.#repetition?.stop();
    signal.removeEventListener('abort', abort);
    if (end.kind === 'silence' && conversation.server)
      this.#say(encodeError(errorCodes.notDefined, 'no time left'), conversation.server);
    await this.#sent();
    this.#sockets.close();
    return {
      end,
      requests: this.#requests,
      strangers: conversation.strangers,
      duplicates: transfer.duplicates,
      granted: transfer.granted,
      answerPort: conversation.server?.port,
      answerMs: this.#answerMs,
      elapsedMs,
    };
  }

  #ask(): void {
    this.#requests++;
    this.#context.transcript?.sent(this.#request);
    this.#sockets.request(this.#request);
  }

  #hear(bytes: Buffer, from: RemoteInfo): void {
    const conversation = this.#conversation;
    const { transcript, clock } = this.#context;
    const { server } = conversation;
    const { blocks } = conversation.transfer;
    const { reply, end } = conversation.hear(bytes, from);
    const isFirst = conversation.server !== server;
    if (isFirst) this.#answerMs = clock.now() - this.#startedAt;
    if (transcript) {
      if (isFirst) transcript.note(`${from.address} port ${from.port} answers`);
      else if (!conversation.isServer(from)) transcript.note(`${from.address} port ${from.port} is not the server`);
      transcript.heard(bytes);
    }
    if (reply) this.#say(reply, from);
    if (end) this.#finish(end);
    else if (isFirst || conversation.transfer.blocks > blocks) this.#repetition?.restart();
  }

  #repeat(): void {
    const { server, transfer } = this.#conversation;
    const packet = transfer.again();
    if (server && packet) this.#say(packet, server);
    else this.#ask();
  }

  #say(packet: Buffer, to: Source): void {
    this.#context.transcript?.sent(packet);
    this.#unsent++;
    this.#sockets.reply(packet, to, (error) => {
      if (error && this.#conversation.isServer(to)) this.#fail(error);
      if (--this.#unsent === 0) this.#allSent();
    });
  }

  /** Closing the sockets would take back what they have not sent. */
  #sent(): Promise<void> | undefined {
    if (this.#unsent === 0) return undefined;
    return new Promise((resolve) => {
      this.#allSent = resolve;
    });
  }

  #fail(error: unknown): void {
    this.#finish({ kind: 'fault', fault: classifyNetworkError(error) });
  }

  #unanswered(): ExchangeEnd {
    const { server, stranger, transfer } = this.#conversation;
    if (server || stranger === undefined) return { kind: 'silence', blocks: transfer.blocks };
    return { kind: 'wrong-source', address: stranger };
  }
}

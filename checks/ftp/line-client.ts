import { Client, FTPContext, type FTPResponse } from 'basic-ftp';
import { outOfProtocol } from './deep-failure.ts';

/** Hears what goes over a control connection, as it goes. */
export interface Ear {
  sent(command: string): void;
  /** Whole lines, with their ends. */
  heard(lines: string): void;
}

/**
 * Longest reply line, and the most a server may say between two commands, in characters. Not above the 64 KiB at which
 * basic-ftp ends a single reply, with an error that looks like a lost connection.
 */
const longestLine = 8 * 1024;
const longestAnswer = 64 * 1024;

/** basic-ftp drops a reply that comes in pieces and lets a dialogue grow without end: it gets bounded whole lines. */
export class LineContext extends FTPContext {
  readonly #ear: Ear;
  #line = '';
  #greeted = false;
  /** Characters since the last command. */
  #heard = 0;
  #replies = 0;

  constructor(ear: Ear) {
    super();
    this.#ear = ear;
  }

  /** Whether the server has said more than the one reply that a command is answered with. */
  get saysMore(): boolean {
    return this.#replies > 1 || this.#line !== '' || this._partialResponse !== '';
  }

  /** Without the stack trace that basic-ftp takes of every command: a tenth of a check's time. */
  override handle(...task: Parameters<FTPContext['handle']>): ReturnType<FTPContext['handle']> {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return super.handle(...task);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  override send(command: string): void {
    this.#replies = 0;
    this.#heard = 0;
    this.#ear.sent(command);
    super.send(command);
  }

  protected override _passToHandler(response: Error | FTPResponse): void {
    this.#replies++;
    super._passToHandler(response);
  }

  /** Without the QUIT that basic-ftp says even to a server that has had one, or has gone. */
  override _closeControlSocket(): void {
    this._closeSocket(this._socket);
  }

  protected override _onControlSocketData(chunk: string): void {
    this.#heard += chunk.length;
    const text = this.#line + chunk;
    const end = text.lastIndexOf('\n') + 1;
    this.#line = text.slice(end);
    if (end > 0) this.#ear.heard(text.slice(0, end));
    if (this.#line.length > longestLine || this.#heard > longestAnswer)
      this.closeWithError(outOfProtocol('the server talks without end'));
    else if (end > 0) this.#take(text.slice(0, end));
  }

  /** What does not begin as a reply is passed on as it came: basic-ftp would wait for the rest of it. */
  #take(lines: string): void {
    const isReply = this.#greeted || /^\d{3}[ \r\n-]/.test(lines);
    this.#greeted = true;
    if (isReply) super._onControlSocketData(lines);
    else this._passToHandler({ code: 0, message: lines });
  }
}

/** basic-ftp's client on a {@link LineContext}. */
export class LineClient extends Client {
  override readonly ftp: LineContext;

  constructor(ear: Ear) {
    super();
    this.ftp = new LineContext(ear);
  }
}

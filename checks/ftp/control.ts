import type { Socket } from 'node:net';
import type { Client, FTPResponse } from 'basic-ftp';
import { type CheckContext, cleanText, wait } from '../../src/checker/index.ts';
import { outOfProtocol, overloaded } from './deep-failure.ts';

/** A reply of the server. */
export interface Reply {
  readonly code: number;
  /** The whole reply, cleaned, on one line, the password masked. */
  readonly said: string;
}

/** The control connection of a deep run, on basic-ftp. */
export interface Control {
  readonly client: Client;
  /** The first reply, or what came in place of one, as it came but for the password. */
  greeting(): Promise<string>;
  /**
   * Sends a command and gives its first reply, whatever its code.
   *
   * @throws DeepFailure `overloaded` on 421
   */
  ask(command: string): Promise<Reply>;
  /** What the server said, fit to be shown. */
  clean(said: string): string;
  /** QUIT and close. A server that does not answer in half a second, or at all, is left without a word. */
  leave(context: CheckContext): Promise<void>;
}

/**
 * Longest reply line, and the most a server may say over the control connection in one run, in characters. Not above
 * the 64 KiB at which basic-ftp ends a single reply, with an error that looks like a lost connection.
 */
const longestLine = 8 * 1024;
const longestDialogue = 64 * 1024;

const farewellMs = 500;

/** Takes over a connected socket. `secret` is the password, which no reply may show. */
export const openControl = (
  { Client, FTPContext }: typeof import('basic-ftp'),
  socket: Socket,
  secret: string | undefined,
): Control => {
  /** basic-ftp drops a reply that comes in pieces and lets a dialogue grow without end: it gets bounded whole lines. */
  class LineContext extends FTPContext {
    #line = '';
    #received = 0;

    protected override _onControlSocketData(chunk: string): void {
      const first = this.#received === 0 || this.#received === this.#line.length;
      this.#received += chunk.length;
      const text = this.#line + chunk;
      const end = text.lastIndexOf('\n') + 1;
      this.#line = text.slice(end);
      if (this.#line.length > longestLine || this.#received > longestDialogue)
        this.closeWithError(outOfProtocol('the server talks without end'));
      else if (end > 0 && first && !/^\d{3}[ \r\n-]/.test(text))
        this._passToHandler({ code: 0, message: text.slice(0, end) });
      else if (end > 0) super._onControlSocketData(text.slice(0, end));
    }
  }
  class LineClient extends Client {
    override readonly ftp = new LineContext();
  }

  const mask = (said: string) => (secret ? said.replaceAll(secret, '***') : said);
  const clean = (said: string) => cleanText(mask(said).replaceAll('\n', ' '));
  const client = new LineClient();
  client.ftp.socket = socket;

  const reply = (command?: string): Promise<FTPResponse> =>
    client.ftp.handle(command, (response, task) => {
      if (!(response instanceof Error)) task.resolve(response);
      else if ('code' in response && typeof response.code === 'number')
        task.resolve({ code: response.code, message: response.message });
      else task.reject(response);
    });
  return {
    client,
    clean,
    async greeting() {
      return mask((await reply()).message);
    },
    async ask(command) {
      const { code, message } = await reply(command);
      const said = clean(message);
      if (code === 421) throw overloaded(said);
      return { code, said };
    },
    async leave({ clock, signal }) {
      const answered = new AbortController();
      const patience = AbortSignal.any([answered.signal, signal]);
      if (!signal.aborted) {
        const answer = reply('QUIT').then(
          () => answered.abort(),
          () => answered.abort(),
        );
        await Promise.race([answer, wait(clock, farewellMs, patience)]);
      }
      answered.abort();
      socket.destroy();
      client.close();
    },
  };
};

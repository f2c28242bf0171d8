import type { Socket } from 'node:net';
import type { FTPResponse } from 'basic-ftp';
import { type CheckContext, cleanText, wait } from '../../src/checker/index.ts';
import { type ControlTls, secureControl } from './control-tls.ts';
import { overloaded } from './deep-failure.ts';
import { LineClient } from './line-client.ts';
import { type Reply, replyOrLoss, type TransferReplies } from './reply.ts';
import { authRefused, injected, isNoTls } from './tls-failure.ts';
import { endTls } from './tls-handshake.ts';
import { demandsTls, tlsRequired } from './tls-required.ts';
import type { TlsTerms } from './tls-terms.ts';
import type { Transcript } from './transcript.ts';

/** The control connection of a deep run, on basic-ftp. */
export interface Control {
  readonly client: LineClient;
  /** The first reply, or what came in place of one, as it came but for the password. */
  greeting(): Promise<string>;
  /**
   * Sends a command and gives its first reply, whatever its code.
   *
   * @throws DeepFailure `overloaded` on 421, `tls-required` when it asks for TLS and there is none
   */
  ask(command: string): Promise<Reply>;
  /** Sends a command that starts a transfer; one at a time. */
  begin(command: string): TransferReplies;
  /** Set once the control connection is TLS. */
  readonly tls: ControlTls | undefined;
  /**
   * AUTH TLS (RFC 4217, 4): goes on over TLS.
   *
   * @throws DeepFailure `tls-handshake`, `tls-injection`, `tls-verify`, `tls-expiring`, or the signal's reason
   */
  startTls(terms: TlsTerms, life: Pick<CheckContext, 'signal' | 'clock'>): Promise<void>;
  /** Resolves once no command waits for its reply any more, however it went. */
  settled(): Promise<void>;
  /**
   * Sends a command even while another still waits for its reply: that one is given up. The next reply is taken for this
   * command's, unless it is one that ends a transfer.
   */
  insist(command: string): Promise<Reply>;
  /** The last line the server said, fit to be shown, whether it was asked or not. */
  readonly lastHeard: string;
  /** What the server said, fit to be shown. */
  clean(said: string): string;
  /** Puts an event into the transcript. */
  note(event: string): void;
  /** QUIT and close, once. A server that does not answer in half a second, or at all, is left without a word. */
  leave(context: CheckContext): Promise<void>;
}

const farewellMs = 500;

/** Final replies that only transfers get (RFC 959, 4.2.2). */
const transferEnds: readonly number[] = [226, 425, 426, 451, 452, 552];

/** Takes over a connected socket, or that of `implicitTls`. `secret` is the password, which no reply may show. */
export const openControl = (
  socket: Socket,
  secret: string | undefined,
  transcript: Transcript,
  implicitTls?: ControlTls,
): Control => {
  const mask = (said: string) => (secret ? said.replaceAll(secret, '***') : said);
  const clean = (said: string) => cleanText(mask(said).replaceAll('\n', ' '));
  let lastHeard = '';
  const hear = (lines: string) => {
    transcript.heard(lines);
    lastHeard = lines.trimEnd().split('\n').at(-1) ?? '';
  };
  const client = new LineClient({ sent: transcript.sent, heard: hear });
  client.ftp.socket = implicitTls?.socket ?? socket;
  let tls = implicitTls;
  if (tls) transcript.note(`control connection is ${tls.facts['tlsVersion']}, ${tls.facts['tlsCipher']}`);

  let pending: Promise<FTPResponse | Reply> | undefined;
  const track = (answer: Promise<FTPResponse | Reply>) => {
    pending = answer;
    const end = () => {
      if (pending === answer) pending = undefined;
    };
    answer.then(end, end);
  };
  const reply = (command?: string): Promise<FTPResponse> => {
    const answer: Promise<FTPResponse> = client.ftp.handle(command, (response, task) => {
      const heard = replyOrLoss(response);
      if (heard instanceof Error) task.reject(heard);
      else task.resolve(heard);
    });
    track(answer);
    return answer;
  };
  const given = ({ code, message }: FTPResponse): Reply => ({
    code,
    said: clean(message),
    lines: message.trimEnd().split('\n').map(clean),
  });
  let left: Promise<void> | undefined;
  const sayGoodbye = async ({ clock, signal }: CheckContext): Promise<void> => {
    if (!signal.aborted) {
      const answered = new AbortController();
      const answer = reply('QUIT')
        .catch(() => {})
        .then(() => tls && endTls(tls.socket));
      await Promise.race([answer, wait(clock, farewellMs, AbortSignal.any([answered.signal, signal]))]);
      // With a reason, because the one that is made up otherwise takes a stack trace.
      answered.abort('answered');
    }
    client.ftp.socket.destroy();
    client.close();
  };
  return {
    client,
    clean,
    note: transcript.note,
    get lastHeard() {
      return clean(lastHeard);
    },
    async settled() {
      await pending?.catch(() => {});
    },
    async insist(command) {
      if (!pending) return given(await reply(command));
      client.ftp.send(command);
      const first = await pending;
      const answer = transferEnds.includes(first.code) ? await reply() : first;
      return 'said' in answer ? answer : given(answer);
    },
    get tls() {
      return tls;
    },
    async startTls(terms, life) {
      const { code, message } = await reply('AUTH TLS');
      if (code === 421) throw overloaded(clean(message));
      if (code !== 234) throw authRefused(clean(message));
      // Not one await later: what is read from here on goes to TLS, and what came before must be nothing.
      if (client.ftp.saysMore) throw injected();
      tls = await secureControl(socket, terms, life).catch((error) => {
        throw isNoTls(error.cause) ? injected() : error;
      });
      client.ftp.socket = tls.socket;
      transcript.note(`control connection is ${tls.facts['tlsVersion']}, ${tls.facts['tlsCipher']}`);
      // basic-ftp has taken away all listeners, and an error that nobody listens for would end the process.
      socket.on('error', () => {});
    },
    async greeting() {
      return mask((await reply()).message);
    },
    async ask(command) {
      const heard = given(await reply(command));
      const { code, said } = heard;
      if (!tls && demandsTls(code, said)) throw tlsRequired(said);
      if (code === 421) throw overloaded(said);
      return heard;
    },
    begin(command) {
      let start: (first: Reply) => void = () => {};
      const preliminary = new Promise<Reply>((resolve) => {
        start = resolve;
      });
      const ended: Promise<Reply> = client.ftp.handle(command, (response, task) => {
        const heard = replyOrLoss(response);
        if (heard instanceof Error) return task.reject(heard);
        if (heard.code < 200) start(given(heard));
        else task.resolve(given(heard));
      });
      track(ended);
      const started = Promise.race([preliminary, ended]);
      // Whoever waits for one of them need not wait for the other.
      for (const promise of [started, ended]) promise.catch(() => {});
      return { started, ended };
    },
    leave(context) {
      left ??= sayGoodbye(context);
      return left;
    },
  };
};

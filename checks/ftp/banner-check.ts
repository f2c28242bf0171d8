import type { Socket } from 'node:net';
import {
  type CheckContext,
  type CheckResult,
  connectTcp,
  result,
  Stopwatch,
  type Target,
  wait,
} from '../../src/checker/index.ts';
import type { CertificateLine } from './banner-tls.ts';
import { judgeGreeting } from './banner-verdict.ts';
import { unescapeText } from './escape.ts';
import { expectationOf, fitOf, showBanner } from './expectation.ts';
import { face } from './face.ts';
import { labelOf, noData, notConnected, timedOut } from './failure.ts';
import { Incoming } from './incoming.ts';
import type { FtpOptions } from './options.ts';
import { openTranscript, type Transcript } from './transcript.ts';

/** How long a server may pause in the middle of what it says (check_tcp's READ_TIMEOUT). */
const quietMs = 2_000;

/** How long it is listened to after a whole greeting, which no server adds to before it is asked (RFC 959, 5.4). */
const quietAfterAllMs = 500;

/** Longest greeting that is read, however long an expected text keeps missing. */
const longestBytes = 64 * 1024;

/**
 * Looks at a server's greeting as check_ftp 2.x does: connect, send, delay, read until the expectation is met or
 * can no longer be, quit, close. No answer to the quit is awaited.
 */
export const checkBanner = async (target: Target, options: FtpOptions, context: CheckContext): Promise<CheckResult> => {
  const { stop, clock, verbose } = context;
  const watch = new Stopwatch(clock, 'connect');
  const transcript = context.transcript && openTranscript(context);
  announce(target, options, verbose);
  const incoming = new Incoming(context);
  const isPlain = !wantsTls(options);
  let raw: Socket;
  try {
    // Each of our words waits for an answer before the next.
    raw = await connectTcp(target, { signal: stop, noDelay: false, ...(isPlain && { onread: incoming.onread }) });
    transcript?.note(`connected to ${labelOf(target)}`);
  } catch (error) {
    return error === stop.reason ? timedOut(context, target, watch) : notConnected(error, target, options, watch);
  }
  let socket = raw;
  let certificate: CertificateLine | undefined;
  try {
    if (!isPlain) {
      watch.enter('tls');
      const { secureBanner } = await import('./banner-tls.ts');
      const secured = await secureBanner(raw, target, options, context, watch);
      if ('verdict' in secured) return secured.verdict;
      transcript?.note('the connection is TLS');
      ({ socket, certificate } = secured);
      if (certificate) verbose?.(`${certificate.line}\n`);
    }
    incoming.listen(socket, isPlain);
    watch.enter('greeting');
    const { said, expected, end } = await converse(socket, incoming, options, context, transcript);
    if (said.length === 0) return certified(noData(end === 'reset' ? 'reset' : 'no-data', watch), certificate, verbose);
    verbose?.(`received ${said.length + 1} bytes from host\n${fence}\n${showBanner(said)}\n${fence}\n`);
    const seconds = Math.max(0, watch.elapsedMs / 1_000 - (options.delay ?? 0));
    transcript?.sent(quitText(options));
    // Bytes that nobody has read would turn the close into a reset, which may overtake the goodbye.
    incoming.done();
    const leaving = sayGoodbye(socket, quitText(options));
    if (leaving) await leaving;
    const verdict = judgeGreeting({ said, expected, seconds }, target, options, context, watch);
    return certified(verdict, certificate, verbose);
  } catch (error) {
    if (!stop.aborted) throw error;
    return certified(timedOut(context, target, watch), certificate, verbose);
  } finally {
    socket.destroy();
    raw.destroy();
  }
};

const fence = '#-raw-recv-------#';

const wantsTls = ({ ssl, certificate, sni }: FtpOptions): boolean =>
  ssl === true || certificate !== undefined || sni !== undefined;

/**
 * check_ftp prints its line on the certificate as soon as it has it, whatever comes of the greeting.
 *
 * @param printed says that it has been printed
 */
const certified = (
  verdict: CheckResult,
  certificate: CertificateLine | undefined,
  printed: CheckContext['verbose'],
): CheckResult => {
  if (!certificate) return verdict;
  const line = `${certificate.line}\n${verdict.line ?? `${face.service} ${verdict.status} - ${verdict.summary}`}`;
  const facts = { ...certificate.facts, ...verdict.facts };
  return result({ ...verdict, ...(!printed && { line }), facts, echoesBanner: true });
};

const nothing: Buffer = Buffer.alloc(0);

interface Heard {
  readonly said: Buffer;
  readonly expected: boolean;
  readonly end: 'enough' | 'ended' | 'reset' | 'quiet';
}

const converse = async (
  socket: Socket,
  incoming: Incoming,
  options: FtpOptions,
  context: CheckContext,
  transcript: Transcript | undefined,
): Promise<Heard> => {
  const { clock, stop, verbose } = context;
  const expectation = expectationOf(options);
  const send = sendText(options);
  if (send) {
    socket.write(send);
    transcript?.sent(send);
  }
  if (options.delay) await wait(clock, options.delay * 1_000, stop);
  stop.throwIfAborted();
  if (verbose) {
    if (options.send !== undefined) verbose(`Send string: ${send}\n`);
    if (quitText(options)) verbose(`Quit string: ${quitText(options)}\n`);
    verbose(`server_expect_count: ${expectation.texts.length}\n`);
    for (const [i, text] of expectation.texts.entries()) verbose(`\t${i}: ${text}\n`);
  }
  const enough = Math.min(options.maxbytes ?? longestBytes, longestBytes);
  let said = nothing;
  for (;;) {
    const piece = await incoming.next(said.length > 0 ? patienceAfter(said, send) : undefined);
    if (typeof piece === 'string') return { said, expected: false, end: piece };
    transcript?.heard(piece.toString());
    // Most greetings come in one piece.
    said = said.length === 0 ? piece : Buffer.concat([said, piece]);
    const fits = fitOf(said, expectation, verbose && ((line) => verbose(`${line}\n`)));
    if (fits !== 'perhaps' || said.length >= enough) return { said, expected: fits === 'match', end: 'enough' };
  }
};

const patienceAfter = (said: Buffer, sent: string): number =>
  sent === '' && isWholeReply(said) ? quietAfterAllMs : quietMs;

/** Whether this ends in the last line of a reply, `220 ready` (RFC 959, 4.2). */
const isWholeReply = (said: Buffer): boolean =>
  /^\d{3}(?: .*)?\r?\n$/.test(said.toString('latin1', said.lastIndexOf('\n', said.length - 2) + 1));

const announce = ({ port }: Target, options: FtpOptions, verbose: CheckContext['verbose']): void => {
  const { warning, critical, jail } = options;
  const flags =
    (wantsTls(options) ? 0x01 : 0) | 0x02 | (warning ? 0x04 : 0) | (critical ? 0x08 : 0) | (jail ? 0x10 : 0);
  verbose?.(`Using service FTP\nPort: ${port}\nflags: 0x${flags.toString(16)}\n`);
};

const sendText = ({ send = '', escape: escaped }: FtpOptions): string => (escaped ? unescapeText(send) : send);

const quitText = ({ quit, escape: escaped }: FtpOptions): string => {
  if (quit === undefined) return 'QUIT\r\n';
  return escaped ? unescapeText(quit) : `${quit}\r\n`;
};

/** Gives a promise where the text has not left at once: it resolves when it has, or cannot any more. */
const sayGoodbye = (socket: Socket, text: string): Promise<void> | undefined => {
  // Only TLS has a goodbye of its own; without it the close that follows says enough, at half the cost.
  const isTls = 'encrypted' in socket;
  if (!isTls) socket.write(text);
  if (!isTls && socket.writableLength === 0) return undefined;
  return new Promise((resolve) => {
    socket.on('close', () => resolve());
    if (isTls) socket.end(text, () => resolve());
    else socket.write('', () => resolve());
  });
};

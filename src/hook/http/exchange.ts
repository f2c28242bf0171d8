import { type IncomingHttpHeaders, type IncomingMessage, request as requestInClear } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { classifyNetworkError } from '../../checker/network-fault.ts';
import type { Request } from './request.ts';

/** Longest answer that is read unless said otherwise, in bytes. */
const defaultLongestAnswer = 1024 * 1024;

/** How a request is made, besides the request itself. */
export interface ExchangeOptions {
  /** Ends it; its reason is what it then rejects with. */
  readonly signal: AbortSignal;
  /** Certificates to trust, in PEM; those Node trusts when absent. */
  readonly ca?: string | undefined;
  /** Whom the server's certificate must be for; the request's host when absent. */
  readonly tlsName?: string | undefined;
  /** Longest answer that is read, in bytes. Default 1 MiB. */
  readonly longestAnswer?: number;
}

/** What came back, whole. */
export interface Answer {
  readonly status: number;
  /** The words behind the status. */
  readonly phrase: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends a request on a connection of its own and reads the whole answer. Redirects are answers like others.
 *
 * `node:http` rather than `fetch`: it writes the names of headers as they are given, which some balancers insist on, sends
 * a Content-Length, follows no redirect, and takes certificates to trust without another package.
 *
 * @throws Error, with a message for people, when there is no answer, half of one, or too long a one; the signal's reason
 */
export const exchange = (request: Request, options: ExchangeOptions): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { signal, ca, tlsName, longestAnswer = defaultLongestAnswer } = options;
    if (signal.aborted) return reject(signal.reason);
    const { method, secure, host, port, path, headers, body } = request;
    const name = tlsName ?? host;
    const send = secure ? requestOverTls : requestInClear;
    const outgoing = send({
      ...{ method, host, port, path, headers, agent: false, insecureHTTPParser: false },
      ...(secure && {
        ...(ca !== undefined && { ca }),
        // The name that is sent; addresses are not (RFC 6066, 3). The certificate must be for either.
        ...(isIP(name) === 0 && { servername: name }),
        checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
      }),
    });
    const fail = (error: unknown) => {
      outgoing.destroy();
      reject(signal.aborted ? signal.reason : error);
    };
    const abort = () => fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    let answered = false;
    outgoing.once('close', () => {
      signal.removeEventListener('abort', abort);
      if (!answered) fail(new Error(closedWithoutAnswer));
    });
    outgoing.on('error', (error) => fail(new Error(whyNoAnswer(error))));
    outgoing.once('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      fail(new Error(`the answer is ${statusCode}: another protocol, which nobody asked for`));
    });
    outgoing.once('response', (incoming) => {
      answered = true;
      readAnswer(incoming, longestAnswer).then(resolve, fail);
    });
    // As bytes: Node would write the headers before a text as UTF-8 once more.
    outgoing.end(body === undefined ? undefined : Buffer.from(body));
  });

const readAnswer = (incoming: IncomingMessage, longest: number): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > longest) reject(new Error(`the answer is longer than ${longest / 1024 / 1024} MiB`));
      else chunks.push(chunk);
    });
    incoming.on('error', () => reject(new Error('the answer broke off in the middle')));
    incoming.once('end', () => {
      const { statusCode: status = 0, statusMessage: phrase = '', headers } = incoming;
      if (incoming.complete) resolve({ status, phrase, headers, body: Buffer.concat(chunks) });
      else reject(new Error('the answer broke off in the middle'));
    });
  });

const closedWithoutAnswer = 'the connection was closed without an answer';

const whyNoAnswer = (error: NodeJS.ErrnoException): string => {
  const { code = '', message } = error;
  if (code.startsWith('HPE_')) return 'the answer is no HTTP';
  if (code === 'ECONNRESET' && message === 'socket hang up') return closedWithoutAnswer;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `the certificate is for another name: ${message.slice(0, 300)}`;
  return classifyNetworkError(error).text;
};

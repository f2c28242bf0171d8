import { cleanText, oneLine } from '../../checker/clean-text.ts';
import { compilePattern } from '../../checker/linear-pattern.ts';
import { readLocalFile } from '../../checker/local-file.ts';
import { balancerNames, namesComplaint } from '../balancer-names.ts';
import { type BackendChange, type HookContext, type HookDriver, type HookType, RetryLater } from '../hook.ts';
import { secretComplaint } from '../secret-complaint.ts';
import { within } from '../within.ts';
import { encodeHeader, encodeHost, encodeJson, encodeXml } from './encode.ts';
import { type Answer, exchange } from './exchange.ts';
import { type HttpHookOptions, httpHookOptions } from './options.ts';
import { type Request, requestFor } from './request.ts';
import { parseRetryAfter } from './retry-after.ts';
import { anySuccess, isInSpans } from './status-list.ts';

const defaultTimeoutMs = 10_000;
const largestCaBytes = 1024 * 1024;

/** What of an answer is shown when it is not the one that was hoped for, in characters. */
const shownCharacters = 200;

/** What of it is looked through for them, in bytes. */
const searchedBytes = 64 * 1024;

/**
 * Makes an HTTP request for each change: method, URL, headers and body are templates. It is delivered once an answer
 * has come back whole with an expected status and, where that is asked for, an expected text.
 */
export const httpHook: HookType<HttpHookOptions> = {
  name: 'http',
  options: httpHookOptions,

  preflight: async ({ contentRegex, tlsCa, names, secret }, farm) => {
    try {
      if (contentRegex !== undefined) await compilePattern(contentRegex);
    } catch (error) {
      return `contentRegex ${(error as Error).message}`;
    }
    try {
      if (tlsCa !== undefined && !(await readCa(tlsCa)).includes('-----BEGIN CERTIFICATE-----'))
        return `tlsCa: no certificate in ${tlsCa}`;
    } catch (error) {
      return `tlsCa: ${(error as Error).message}`;
    }
    return namesComplaint(farm, names) ?? secretComplaint('secret', secret);
  },

  create: (options, context) => new HttpDriver(options, context),
};

const readCa = (file: string): Promise<string> => readLocalFile(file, largestCaBytes);

class HttpDriver implements HookDriver {
  readonly name: string;
  readonly #options: HttpHookOptions;
  readonly #context: HookContext;

  constructor(options: HttpHookOptions, context: HookContext) {
    this.#options = options;
    this.#context = context;
    this.name = `http ${options.url.split('?')[0]}`;
  }

  async apply(changes: readonly BackendChange[], signal: AbortSignal): Promise<void> {
    for (const change of changes) await this.#tell(change, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #tell(change: BackendChange, signal: AbortSignal): Promise<void> {
    const { clock, farm } = this.#context;
    const { names, secret: source, timeout = defaultTimeoutMs } = this.#options;
    const secret = await source?.reveal();
    const request = requestFor(this.#options, change, balancerNames(farm, names).nameOf(change.backend), secret);
    const mask = maskOf(secret, request.headers['Authorization']);
    const bounds = { clock, timeoutMs: timeout, signal };
    try {
      const answer = await within(bounds, (signal) => this.#ask(request, signal));
      await this.#judge(answer, mask);
    } catch (error) {
      if (signal.aborted) throw new Error('cancelled');
      const message = `${request.method} ${urlOf(request)}: ${mask((error as Error).message)}`;
      throw error instanceof RetryLater ? new RetryLater(message, error.afterMs) : new Error(message);
    }
  }

  async #ask(request: Request, signal: AbortSignal): Promise<Answer> {
    const { tlsCa, tlsName } = this.#options;
    const ca = tlsCa === undefined ? undefined : await readCa(tlsCa);
    return exchange(request, { signal, ca, tlsName });
  }

  /** Whether this answer means that it is done; throws when it does not. */
  async #judge({ status, phrase, headers, body }: Answer, mask: Mask): Promise<void> {
    const { status: spans = anySuccess, content, contentRegex } = this.#options;
    // Masked before it is cut: half a secret is one too.
    const said = oneLine(cleanText(mask(body.toString('utf8', 0, searchedBytes)))).slice(0, shownCharacters);
    const because = said && `: ${said}`;
    if (!isInSpans(status, spans)) {
      const waitMs = parseRetryAfter(headers['retry-after'], this.#context.clock.wallTime());
      const message = `${status} ${cleanText(mask(phrase)).slice(0, shownCharacters)}`.trim() + hint(status) + because;
      if (waitMs === undefined) throw new Error(message);
      throw new RetryLater(`${message} (asked to wait for ${Math.ceil(waitMs / 1_000)} s)`, waitMs);
    }
    if (content !== undefined && !body.includes(content)) throw new Error(`the answer lacks "${content}"${because}`);
    if (contentRegex === undefined) return;
    const pattern = await compilePattern(contentRegex);
    if (body.length > pattern.longestBytes) throw new Error(`the answer is too long for the regular expression`);
    if (!pattern.test(body)) throw new Error(`the answer does not match ${contentRegex}${because}`);
  }
}

/** What is behind a status most of the time. */
const hint = (status: number): string => {
  if (status === 401 || status === 403) return ' (is the secret right?)';
  if (status === 404) return ' (is there such a farm and backend? see names)';
  if (status >= 300 && status < 400) return ' (redirects are not followed)';
  return '';
};

/** Where a request went, without the query. */
const urlOf = ({ secure, host, port, path }: Request): string =>
  `${secure ? 'https' : 'http'}://${encodeHost(host)}:${port}${path.split('?')[0]}`;

type Mask = (text: string) => string;

const encodings = [encodeHeader, encodeJson, encodeXml, encodeURIComponent];

/** A server may repeat what it was sent: no secret may get into a log that way, in whatever form it was sent. */
const maskOf = (secret: string | undefined, authorization: string | undefined): Mask => {
  const forms = secret ? [secret, ...encodings.map((encode) => encode(secret))] : [];
  if (authorization) forms.push(authorization.split(' ').at(-1) ?? '');
  return (text) => forms.reduce((masked, form) => (form ? masked.replaceAll(form, '***') : masked), text);
};

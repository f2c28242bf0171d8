import { cleanText, oneLine } from '../../checker/clean-text.ts';
import type { Secret } from '../../checker/secret.ts';
import type { Clock } from '../../clock/clock.ts';
import type { DesiredState } from '../../health/desired-state.ts';
import { type Answer, exchange } from '../http/exchange.ts';
import { within } from '../within.ts';
import { type FarmView, parseFarm, parseSessions, wordFor } from './farm-view.ts';

/** Farms of thousands of backends have a megabyte to show. */
const longestAnswer = 16 * 1024 * 1024;

/** What of an answer that is not the one hoped for is shown, in characters. */
const shownCharacters = 200;

/** What {@link NftlbApi} works with. */
export interface NftlbApiOptions {
  readonly url: string;
  readonly key: Secret;
  readonly farm: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * One farm in the API of nftlb. Each request has a connection of its own: nftlb answers one, and serves one client at a
 * time. It looks for `Key` and `Content-Length` in this very spelling.
 */
export class NftlbApi {
  readonly #options: NftlbApiOptions;

  constructor(options: NftlbApiOptions) {
    this.#options = options;
  }

  /**
   * What it shows of the farm.
   *
   * @throws Error, with a message for people, also when it has no such farm
   */
  async farm(signal: AbortSignal): Promise<FarmView> {
    const { farm: name } = this.#options;
    const reply = await this.#ask('GET', `/farms/${name}`, signal);
    const { status, body } = reply;
    const farm = status === 200 ? parseFarm(parseJson(body), name) : undefined;
    // It knows no status of its own for a farm that is not there.
    if (!farm && (status === 404 || status === 500 || (status === 200 && parseJson(body) !== undefined)))
      throw new Error(`nftlb has no farm ${name}`);
    return farm ?? this.#refuse('GET', reply);
  }

  /** The backends that clients are bound to. */
  async boundBackends(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const answer = await this.#ask('GET', `/farms/${this.#options.farm}/sessions`, signal);
    return answer.status === 200 ? parseSessions(parseJson(answer.body)) : this.#refuse('GET', answer);
  }

  /** Sets the states of backends that are there: for others it would make new ones. */
  async setStates(states: readonly { name: string; state: DesiredState }[], signal: AbortSignal): Promise<void> {
    const backends = states.map(({ name, state }) => ({ name, state: wordFor[state] }));
    const farms = [{ name: this.#options.farm, backends }];
    this.#expectSuccess('PUT', await this.#ask('PUT', '/farms', signal, JSON.stringify({ farms })));
  }

  /** Lets go the clients that are bound to a backend. */
  async unbind(backend: string, signal: AbortSignal): Promise<void> {
    const path = `/farms/${this.#options.farm}/backends/${backend}/sessions`;
    this.#expectSuccess('DELETE', await this.#ask('DELETE', path, signal));
  }

  async #ask(method: string, path: string, signal: AbortSignal, text?: string): Promise<Reply> {
    const { url, key, timeoutMs, clock } = this.#options;
    const { protocol, hostname, port } = new URL(url);
    const secure = protocol === 'https:';
    const secret = await key.reveal();
    const request = {
      ...{ method, secure, path, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (secure ? 443 : 80) },
      headers: { Key: secret, ...(text !== undefined && { 'Content-Length': String(Buffer.byteLength(text)) }) },
      body: text,
    };
    try {
      const { status, body } = await within({ clock, timeoutMs, signal }, (signal) =>
        exchange(request, { signal, longestAnswer }),
      );
      return { status, body: body.toString(), secret };
    } catch (error) {
      throw new Error(`nftlb at ${url}: ${(error as Error).message.replaceAll(secret, '***')}`);
    }
  }

  /** Nothing but this word is a success: with a warning behind it, something else than was asked for was done. */
  #expectSuccess(method: string, answer: Reply): void {
    const said = answer.status === 200 ? parseJson(answer.body) : undefined;
    if ((said as { response?: unknown } | undefined)?.response !== 'success') this.#refuse(method, answer);
  }

  #refuse(method: string, { status, body, secret }: Reply): never {
    // Masked before it is cut: half a secret is one too.
    const said = oneLine(cleanText(body.replaceAll(secret, '***').slice(0, 10 * shownCharacters)));
    const hint = status === 401 ? ' (is the key right?)' : '';
    const shown = said.slice(0, shownCharacters);
    throw new Error(`nftlb at ${this.#options.url} answers ${method} with ${status}${hint}${shown && `: ${shown}`}`);
  }
}

/** An answer, and the secret that it may repeat. */
interface Reply {
  readonly status: Answer['status'];
  readonly body: string;
  readonly secret: string;
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

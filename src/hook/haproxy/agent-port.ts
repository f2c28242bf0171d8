import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../clock/clock.ts';
import type { HostPort } from '../host-port.ts';

/** How long an asker may take to say what it asks for. */
const patienceMs = 2_000;

/** Longest question, in bytes: ids have 63 characters at most. */
const longestQuestion = 256;

/** Askers at once; more of them are turned away, and ask again. */
const mostAskers = 4_096;

/** Answers what is asked of a farm's backends; `undefined` for one it does not know. */
export type Answerer = (backend: string) => string | undefined;

/**
 * A port on which HAProxy's agent checks ask: `agent-send "FARM/BACKEND\n"` says for what, so that one port serves all
 * backends of all farms. What is not known is answered with an empty line, which changes nothing at HAProxy.
 */
export class AgentPort implements AsyncDisposable {
  readonly #place: HostPort;
  readonly #clock: Clock;
  readonly #answerers = new Map<string, Answerer>();
  readonly #askers = new Set<Socket>();
  #server: Server | undefined;
  #listening: Promise<void> | undefined;

  constructor(place: HostPort, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** Answers for a farm from now on; gives what ends that. */
  answer(farm: string, answerer: Answerer): () => void {
    this.#answerers.set(farm, answerer);
    return () => {
      if (this.#answerers.get(farm) === answerer) this.#answerers.delete(farm);
    };
  }

  /**
   * Listens, if it does not yet.
   *
   * @throws Error, with a message for people, when the port cannot be had
   */
  listen(): Promise<void> {
    this.#listening ??= this.#listen().catch((error: NodeJS.ErrnoException) => {
      this.#listening = undefined;
      throw new Error(`cannot listen on ${this.#place.host}:${this.#place.port}: ${error.code ?? error.message}`);
    });
    return this.#listening;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening?.catch(() => {});
    for (const asker of this.#askers) asker.destroy();
    const server = this.#server;
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  }

  async #listen(): Promise<void> {
    const server = createServer((asker) => this.#serve(asker));
    server.maxConnections = mostAskers;
    // An accept that fails, for want of files, is no reason to end.
    server.on('error', () => {});
    this.#server = server;
    await once(server.listen(this.#place), 'listening');
  }

  #serve(asker: Socket): void {
    this.#askers.add(asker);
    const patience = this.#clock.setTimer(() => asker.destroy(), patienceMs);
    asker.once('close', () => {
      patience.cancel();
      this.#askers.delete(asker);
    });
    asker.on('error', () => {});
    let question = '';
    asker.on('data', (bytes: Buffer) => {
      question += bytes.toString('latin1');
      const end = question.indexOf('\n');
      if (end >= 0) asker.end(this.#answer(question.slice(0, end).trim()));
      else if (question.length > longestQuestion) asker.destroy();
    });
  }

  #answer(question: string): string {
    const [farm = '', backend = ''] = question.split('/', 2);
    return this.#answerers.get(farm)?.(backend) ?? '\n';
  }
}

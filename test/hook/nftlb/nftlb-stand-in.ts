import { createServer, type Socket } from 'node:net';
import { type Listening, listening } from '../../listening.ts';
import { httpAnswer } from '../http-answer.ts';

/** A backend of the stand-in. */
export interface StandInBackend {
  state: string;
  readonly mark: string;
}

const settable = ['up', 'down', 'off'];

/**
 * What nftlb 1.0.7 does with requests, its oddities above all: it looks for `Key: ` and `Content-Length: ` in this
 * spelling, serves one request a connection, makes farms and backends that it does not know, and takes a state it does
 * not know for `up`.
 */
export class NftlbStandIn implements AsyncDisposable {
  /** What clients have to know. */
  key = 'lab key';
  /** `METHOD PATH`, in order. */
  readonly asked: string[] = [];
  /** By farm and name. */
  readonly farms = new Map<string, Map<string, StandInBackend>>();
  /** Bound clients, by name of their backend; `undefined` when the farm has no persistence. */
  sessions: Map<string, string[]> | undefined = new Map();
  /** What it sends next in place of an answer: bytes, or nothing at all. */
  readonly instead: (string | 'nothing' | undefined)[] = [];
  #listening: Listening | undefined;

  private constructor() {}

  /** Starts one with a farm `ftp` of so many backends `b1`, `b2` …, all up. */
  static async listen(size = 2): Promise<NftlbStandIn> {
    const standIn = new NftlbStandIn();
    const backends = Array.from({ length: size }, (_, i): [string, StandInBackend] => [
      `b${i + 1}`,
      { state: 'up', mark: `0x${(0x201 + i).toString(16)}` },
    ]);
    standIn.farms.set('ftp', new Map(backends));
    standIn.#listening = await listening(createServer((socket) => standIn.#serve(socket)));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listening?.port}`;
  }

  /** The states of the farm `ftp`. */
  get states(): Record<string, string> {
    return Object.fromEntries([...(this.farms.get('ftp') ?? [])].map(([name, { state }]) => [name, state]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening?.[Symbol.asyncDispose]();
  }

  #serve(socket: Socket): void {
    let said = '';
    let answered = false;
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const end = said.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(said.slice(0, end))?.[1] ?? 0);
      const body = said.slice(end + 4);
      if (Buffer.byteLength(body) < length) return;
      // A second request on the same connection is met by silence, and the end.
      if (answered) socket.destroy();
      answered = true;
      const instead = this.instead.shift();
      const [status, text] = this.#answer(said.slice(0, end), body);
      if (instead === 'nothing') return;
      socket.end(instead ?? httpAnswer(status, text));
    });
  }

  #answer(head: string, body: string): readonly [status: string, text: string] {
    const [method = '', path = ''] = head.split(' ');
    this.asked.push(`${method} ${path}`);
    if (!head.includes(`Key: ${this.key}\r\n`)) return ['401 Unauthorized', ''];
    const [, , farm = '', what, backend = ''] = path.split('/');
    if (method === 'PUT') return this.#put(body);
    const backends = this.farms.get(farm);
    if (method === 'DELETE') return this.#unbind(backend);
    if (!backends) return ['500 Internal Server Error', '{"response": "invalid request"}'];
    return ['200 OK', JSON.stringify(what === 'sessions' ? this.#shownSessions() : this.#shown(farm))];
  }

  #put(body: string): readonly [string, string] {
    let text = 'success';
    for (const farm of JSON.parse(body).farms) {
      const backends = this.farms.get(farm.name) ?? new Map<string, StandInBackend>();
      this.farms.set(farm.name, backends);
      for (const { name, state } of farm.backends) {
        const known = settable.includes(state);
        if (!known) text = `success. Parsing unknown value '${state}' in 'state', using default 'up'`;
        backends.set(name, { mark: '0x0', ...backends.get(name), state: known ? state : 'up' });
      }
    }
    return ['200 OK', JSON.stringify({ response: text })];
  }

  #unbind(backend: string): readonly [string, string] {
    if (!this.sessions) return ['400 Bad Request', '{"response": "error deleting sessions"}'];
    this.sessions.delete(backend);
    return ['200 OK', '{"response": "success"}'];
  }

  #shown(farm: string) {
    const backends = [...(this.farms.get(farm) ?? [])].map(([name, backend]) => ({ name, 'ip-addr': '', ...backend }));
    return { farms: [{ name: farm, persistence: this.sessions ? 'srcip ' : 'none', backends }] };
  }

  #shownSessions() {
    const sessions = [...(this.sessions ?? [])].flatMap(([backend, clients]) =>
      clients.map((client) => ({ client, backend, expiration: '1m58s' })),
    );
    return { sessions };
  }
}

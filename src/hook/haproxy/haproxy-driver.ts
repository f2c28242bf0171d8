import { cleanText, oneLine } from '../../checker/clean-text.ts';
import { type BalancerNames, balancerNames } from '../balancer-names.ts';
import { type BackendChange, type HookContext, type HookDriver, type ObservedState, PartialFailure } from '../hook.ts';
import { KnownOrders } from './known-orders.ts';
import type { HaproxyHookOptions } from './options.ts';
import { RuntimeSocket } from './runtime-socket.ts';
import { parseProcess, parseServersState, type ServerOrder, wordFor } from './servers-state.ts';

const defaultTimeoutMs = 5_000;

/** A line of commands must fit into its buffer (`tune.bufsize`, 16 KiB): so many characters at once. */
const longestLine = 8_000;

/** Brings the servers of a backend of HAProxy to the desired states by its runtime API, and reads them back. */
export class HaproxyDriver implements HookDriver {
  readonly name: string;
  readonly batch = 1_000;
  readonly #backend: string;
  readonly #names: BalancerNames;
  readonly #shutdownSessions: boolean;
  readonly #socket: RuntimeSocket;
  readonly #orders: KnownOrders;

  constructor(socket: string, options: HaproxyHookOptions, { farm, clock, keepsake }: HookContext) {
    const { backend = farm.id, names, shutdownSessions = false, timeout: timeoutMs = defaultTimeoutMs } = options;
    this.name = `haproxy ${backend} at ${socket}`;
    this.#backend = backend;
    this.#names = balancerNames(farm, names);
    this.#shutdownSessions = shutdownSessions;
    this.#socket = new RuntimeSocket({ socket, timeoutMs, clock });
    this.#orders = new KnownOrders(keepsake?.(`haproxy ${backend} ${socket}`));
  }

  async observe(_farm: string, signal: AbortSignal): Promise<ReadonlyMap<string, ObservedState>> {
    const { process, servers } = await this.#read(signal);
    const judged = await this.#orders.judge(process, servers);
    const ours = [...judged].flatMap(([name, seen]): [string, ObservedState][] => {
      const backend = this.#names.backendOf(name);
      return backend === undefined ? [] : [[backend, seen]];
    });
    return new Map(ours);
  }

  async apply(changes: readonly BackendChange[], signal: AbortSignal): Promise<void> {
    const wanted = changes.map(({ backend, state }) => ({ backend, state, name: this.#names.nameOf(backend) }));
    const complaints = await this.#tell(
      wanted.flatMap((server) => this.#commandsFor(server)),
      signal,
    );
    const { process, servers } = await this.#read(signal);
    await this.#orders.judge(process, servers);
    const failed = new Map<string, string>();
    for (const { backend, name, state } of wanted) {
      const order = servers.get(name);
      if (order?.state === state) continue;
      const shown = order ? `shows ${order.word} of ${name} instead of ${wordFor[state]}` : `has no server ${name}`;
      const because = order && complaints ? `: ${complaints}` : '';
      failed.set(backend, `haproxy ${shown} in backend ${this.#backend}${because}`);
    }
    if (failed.size > 0) throw new PartialFailure(failed);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #commandsFor({ name, state }: { readonly name: string; readonly state: BackendChange['state'] }): string[] {
    const server = `${this.#backend}/${name}`;
    const set = `set server ${server} state ${wordFor[state]}`;
    return state === 'down' && this.#shutdownSessions ? [set, `shutdown sessions server ${server}`] : [set];
  }

  /** Runs commands, in as few lines as they fit in; gives what it had to complain of, in short. */
  async #tell(commands: readonly string[], signal: AbortSignal): Promise<string> {
    const complaints = new Set<string>();
    for (const line of linesOf(commands))
      for (const said of (await this.#socket.run(line, signal)).split('\n')) if (said.trim()) complaints.add(said);
    return oneLine(cleanText([...complaints].join(' '))).slice(0, 200);
  }

  async #read(signal: AbortSignal): Promise<{ process: string; servers: ReadonlyMap<string, ServerOrder> }> {
    const said = await this.#socket.run(['show info', `show servers state ${this.#backend}`], signal);
    const [process, servers] = [parseProcess(said), parseServersState(said)];
    if (process !== undefined && servers) return { process, servers };
    if (/^Can't find backend\.$/m.test(said)) throw new Error(`haproxy has no backend ${this.#backend}`);
    const shown = oneLine(cleanText(said.slice(0, 2_000))).slice(0, 200);
    throw new Error(`haproxy does not answer as HAProxy does, or only by half: ${shown}`);
  }
}

const linesOf = (commands: readonly string[]): string[][] => {
  const lines: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const command of commands) {
    length += command.length + 2;
    if (length > longestLine) {
      lines.push([]);
      length = command.length;
    }
    lines.at(-1)?.push(command);
  }
  return lines;
};

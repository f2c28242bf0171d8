import { DebianChild } from './debian-child.ts';
import { eventually } from './eventually.ts';
import type { Machine } from './machine.ts';

/** nftlb, of the Debian package of that name: SKUDONET's own engine of L4xNAT farms. */
export const nftlb = { debian: 'nftlb', path: '/usr/sbin/nftlb' };

/** What asks its API from inside its machine. */
export const curl = { debian: 'curl', path: '/usr/bin/curl' };

/** A backend as nftlb shows it; every value is a string. */
export interface NftlbBackend {
  readonly name: string;
  readonly 'ip-addr': string;
  readonly port: string;
  readonly state: string;
}

/** An nftlb on a machine of its own, where it has the firewall to itself. Its API listens on that machine's loopback. */
export class Nftlb implements AsyncDisposable {
  /** Where its API is, from inside the machine. */
  readonly url = 'http://127.0.0.1:5555';
  /** What callers of the API must show. */
  readonly key: string;
  readonly #machine: Machine;
  readonly #child = new DebianChild(nftlb);

  private constructor(machine: Machine, key: string) {
    this.#machine = machine;
    this.key = key;
  }

  /** Starts one, without a farm. Options: nftlb(8). */
  static async open(machine: Machine, key = 'lab-key'): Promise<Nftlb> {
    const balancer = new Nftlb(machine, key);
    await balancer.start();
    return balancer;
  }

  /** Starts it again, as empty as the first time. */
  async start(): Promise<void> {
    const args = ['-k', this.key, '-l', '3', '-H', '127.0.0.1', '-P', '5555'];
    this.#child.start({ args, enter: this.#machine.enter, stdio: 'ignore' });
    await eventually(() => this.ask('GET', '/farms').then(() => true), { what: 'the API of nftlb' });
  }

  /**
   * Asks its API.
   *
   * @throws Error when it does not answer 200
   */
  async ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const data = body === undefined ? [] : ['--data', JSON.stringify(body)];
    const header = ['--header', `Key: ${this.key}`];
    const options = ['--silent', '--show-error', '--fail-with-body', '--max-time', '5', '--request', method];
    return JSON.parse(await this.#machine.run('curl', ...options, ...header, ...data, `${this.url}${path}`));
  }

  /** Makes or changes a farm; keys as in its README. */
  async farm(farm: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ask('POST', '/farms', { farms: [farm] });
  }

  /** The backends of a farm, by name. */
  async backends(farm: string): Promise<ReadonlyMap<string, NftlbBackend>> {
    const shown = (await this.ask('GET', `/farms/${farm}`)) as { farms: [{ backends: NftlbBackend[] }] };
    return new Map(shown.farms[0].backends.map((backend) => [backend.name, backend]));
  }

  /** Kills it. Its rules stay until it is started again. */
  kill(): Promise<void> {
    return this.#child.kill();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

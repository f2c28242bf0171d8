import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { Machine, machinePrograms } from './machine.ts';
import type { Site } from './site.ts';

/** The programs that {@link Namespace} uses. */
export const namespacePrograms = machinePrograms;

const run = promisify(execFile);

/** A machine next to ours: one network, a firewall of its own. */
export class Namespace implements Site, AsyncDisposable {
  readonly host: string;
  readonly enter: readonly string[];
  readonly #machine: Machine;

  private constructor(host: string, machine: Machine) {
    this.host = host;
    this.enter = machine.enter;
    this.#machine = machine;
  }

  /** Makes one, with an address out of those for benchmarks (RFC 2544), four for each. */
  static async open(): Promise<Namespace> {
    const machine = await Machine.open();
    try {
      const network = `198.${randomInt(18, 20)}.${randomInt(256)}`;
      const first = randomInt(64) * 4;
      const ours = await machine.join('eth0');
      await run('ip', ['address', 'add', `${network}.${first + 1}/30`, 'dev', ours]);
      const host = `${network}.${first + 2}`;
      await machine.run('ip', 'address', 'add', `${host}/30`, 'dev', 'eth0');
      return new Namespace(host, machine);
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Drops what matches an expression of nft(8), such as `tcp dport 21`, on its way in or out, without a word. */
  drops(hook: 'input' | 'output', match: string): Promise<void> {
    return this.#machine.drops(hook, match);
  }

  /**
   * Loses what it sends and matches an expression of nft(8), on the wire: other than with {@link drops}, the sender is not
   * told, and large packets are in fragments already.
   */
  async loses(match: string): Promise<void> {
    const chain = 'wire egress { type filter hook egress device eth0 priority 0; }';
    await this.#machine.run('nft', `add table netdev wire; add chain netdev ${chain}`);
    await this.#machine.run('nft', `add rule netdev wire egress ${match} drop`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#machine[Symbol.asyncDispose]();
  }
}

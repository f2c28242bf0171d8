import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { DebianProgram } from './debian-program.ts';
import { eventually } from './eventually.ts';
import type { Site } from './site.ts';

/** The programs that {@link Namespace} uses. */
export const namespacePrograms: readonly DebianProgram[] = [
  { debian: 'iproute2', path: '/usr/sbin/ip' },
  { debian: 'nftables', path: '/usr/sbin/nft' },
  { debian: 'util-linux', path: '/usr/bin/nsenter' },
];

const run = promisify(execFile);

/**
 * A network namespace of its own, joined to ours by a pair of interfaces: a machine with its own firewall. A process
 * holds it, and with that one (and those started in it) it is gone, interfaces, rules and all.
 */
export class Namespace implements Site, AsyncDisposable {
  readonly host: string;
  readonly enter: readonly string[];
  readonly #holder: ChildProcess;

  private constructor(host: string, holder: ChildProcess) {
    this.host = host;
    this.enter = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
    this.#holder = holder;
  }

  /** Makes one, with an address out of those for benchmarks (RFC 2544), four for each. */
  static async open(): Promise<Namespace> {
    // It waits for input that never comes, and ends with us in any case.
    const holder = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(holder, 'spawn');
    const network = `198.${randomInt(18, 20)}.${randomInt(256)}`;
    const first = randomInt(64) * 4;
    const namespace = new Namespace(`${network}.${first + 2}`, holder);
    try {
      await namespace.#joined(`${network}.${first + 1}`);
      return namespace;
    } catch (error) {
      await namespace[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Drops what matches an expression of nft(8), such as `tcp dport 21`, on its way in or out, without a word. */
  async drops(hook: 'input' | 'output', match: string): Promise<void> {
    await this.#inside('nft', 'add table inet farm');
    await this.#inside('nft', `add chain inet farm ${hook} { type filter hook ${hook} priority 0; }`);
    await this.#inside('nft', `add rule inet farm ${hook} ${match} drop`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const exit = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await exit;
  }

  async #joined(ours: string): Promise<void> {
    const { pid } = this.#holder;
    const outside = await readlink('/proc/self/ns/net');
    const isApart = async () => ((await readlink(`/proc/${pid}/ns/net`)) === outside ? undefined : true);
    await eventually(isApart, { what: 'a network namespace (CAP_SYS_ADMIN)', timeoutMs: 2_000 });
    const name = `fg${randomBytes(6).toString('hex')}`;
    await run('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${pid}`]);
    await run('ip', ['address', 'add', `${ours}/30`, 'dev', name]);
    await run('ip', ['link', 'set', name, 'up']);
    await this.#inside('ip', 'address', 'add', `${this.host}/30`, 'dev', 'eth0');
    await this.#inside('ip', 'link', 'set', 'eth0', 'up');
    await this.#inside('ip', 'link', 'set', 'lo', 'up');
  }

  async #inside(...command: readonly string[]): Promise<void> {
    const [program, ...args] = [...this.enter, ...command] as [string, ...string[]];
    await run(program, args);
  }
}

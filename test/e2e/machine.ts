import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { DebianProgram } from './debian-program.ts';
import { eventually } from './eventually.ts';

/** The programs that {@link Machine} uses. */
export const machinePrograms: readonly DebianProgram[] = [
  { debian: 'iproute2', path: '/usr/sbin/ip' },
  { debian: 'nftables', path: '/usr/sbin/nft' },
  { debian: 'procps', path: '/usr/sbin/sysctl' },
  { debian: 'util-linux', path: '/usr/bin/nsenter' },
];

const run = promisify(execFile);

/**
 * A network namespace: a machine with its own interfaces, routes and firewall, and our files. A process holds it, and
 * with that one (and those started in it) it is gone, interfaces, rules and all.
 */
export class Machine implements AsyncDisposable {
  /** The command that starts another one inside. */
  readonly enter: readonly string[];
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.enter = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
    this.#holder = holder;
  }

  /** Makes one with nothing but its own loopback. */
  static async open(): Promise<Machine> {
    // It waits for input that never comes, and ends with us in any case.
    const holder = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(holder, 'spawn');
    const machine = new Machine(holder);
    try {
      const outside = await readlink('/proc/self/ns/net');
      const isApart = async () => ((await readlink(`/proc/${holder.pid}/ns/net`)) === outside ? undefined : true);
      await eventually(isApart, { what: 'a network namespace (CAP_SYS_ADMIN)', timeoutMs: 2_000 });
      await machine.run('ip', 'link', 'set', 'lo', 'up');
      return machine;
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs a program inside to its end; gives its standard output. */
  async run(...command: readonly string[]): Promise<string> {
    const [program, ...args] = [...this.enter, ...command] as [string, ...string[]];
    return (await run(program, args)).stdout;
  }

  /** Joins it to another machine, or to ours, by a pair of interfaces that are up. The name at our end is made up. */
  async join(name: string, other?: { readonly machine: Machine; readonly name: string }): Promise<string> {
    const ours = other?.name ?? `fg${randomBytes(6).toString('hex')}`;
    const there = other ? ['netns', `${other.machine.#holder.pid}`] : [];
    const here = ['peer', 'name', name, 'netns', `${this.#holder.pid}`];
    await run('ip', ['link', 'add', ours, ...there, 'type', 'veth', ...here]);
    await this.run('ip', 'link', 'set', name, 'up');
    const up = ['link', 'set', ours, 'up'];
    await (other ? other.machine.run('ip', ...up) : run('ip', up));
    return ours;
  }

  /** Drops what matches an expression of nft(8), such as `tcp dport 21`, on its way in or out, without a word. */
  async drops(hook: 'input' | 'output', match: string): Promise<void> {
    await this.run('nft', 'add table inet farm');
    await this.run('nft', `add chain inet farm ${hook} { type filter hook ${hook} priority 0; }`);
    await this.run('nft', `add rule inet farm ${hook} ${match} drop`);
  }

  /** Ends all that {@link drops} began. */
  async dropsNothing(): Promise<void> {
    await this.run('nft', 'delete table inet farm');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const exit = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await exit;
  }
}

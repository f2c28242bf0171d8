import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BackendStatus, GuardianStatus } from '../../src/guardian/guardian-status.ts';
import { binPath } from '../bin-path.ts';
import { runCommand } from './command.ts';
import { eventually } from './eventually.ts';
import type { Site } from './site.ts';

/** `farm-guardian run` as a child process. */
export class GuardianProcess implements AsyncDisposable {
  readonly #config: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | NodeJS.Signals>;
  #log = '';

  /** Starts the built daemon on a config file, on another machine where `enter` leads to one. */
  constructor(config: string, enter: Site['enter'] = []) {
    this.#config = config;
    const daemon = [...enter, process.execPath, binPath('farm-guardian'), 'run', '-c', config];
    const [program, ...args] = daemon as [string, ...string[]];
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (bytes) => {
        this.#log = `${this.#log}${bytes}`.slice(-20_000);
      });
    this.#ended = once(this.#child, 'close').then(([code, signal]) => code ?? signal);
  }

  /** The end of what it printed. */
  get log(): string {
    return this.#log;
  }

  /** Resolves once every backend has been looked at `times` more, and what came of it has been delivered. */
  async looksAgain(times: number): Promise<void> {
    const looks = new Map<string, Set<string>>();
    const look = async (): Promise<true | undefined> => {
      const backends = await this.#backends();
      for (const [name, { last }] of backends) {
        const seen = looks.get(name) ?? new Set();
        looks.set(name, seen.add(last?.at ?? ''));
      }
      const enough = [...looks.values()].every((seen) => seen.size > times);
      const delivered = backends.every(([, { deliveries }]) => deliveries.every((d) => d.outcome === 'delivered'));
      return enough && delivered ? true : undefined;
    };
    const what = `${times} more checks of each backend`;
    await this.explaining(() => eventually(look, { what, timeoutMs: 30_000 }));
  }

  /** Runs something; when it fails, the end of the log is in the error. */
  async explaining<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw new Error(`${(error as Error).message}; the guardian's log: ${this.#log}`, { cause: error });
    }
  }

  /** Sends a signal, and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its process. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the guardian was not started');
    return pid;
  }

  /** Sends a signal and waits for the end: an exit code, or the signal that killed it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    this.#child.kill(signal);
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }

  async #backends(): Promise<[name: string, BackendStatus][]> {
    const { code, stdout, stderr } = await runCommand('farm-guardian', ['status', '--json', '-c', this.#config]);
    if (code !== 0) throw new Error(stderr);
    const { farms } = JSON.parse(stdout) as GuardianStatus;
    return farms.flatMap(({ id, backends }) => backends.map((b): [string, BackendStatus] => [`${id}/${b.id}`, b]));
  }
}

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type DebianProgram, findProgram } from './debian-program.ts';
import { killTree } from './process-tree.ts';
import type { Site } from './site.ts';

/** How a program of a Debian package is started. */
export interface StartOptions extends Pick<SpawnOptions, 'cwd' | 'stdio'> {
  readonly args: readonly string[];
  /** The command that starts it on another machine, see {@link Site}. */
  readonly enter?: Site['enter'];
}

/** A program of a Debian package that goes on as a child process, and can be killed and started again. */
export class DebianChild implements AsyncDisposable {
  readonly #program: DebianProgram;
  #child: ChildProcess | undefined;

  constructor(program: DebianProgram) {
    this.#program = program;
  }

  /** Its process, while it was started and not killed. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts it.
   *
   * @throws Error with the package to install when it is missing
   */
  start({ args, enter = [], ...options }: StartOptions): ChildProcess {
    const path = findProgram(this.#program);
    if (!path) throw new Error(`${this.#program.path} is missing: apt-get install ${this.#program.debian}`);
    const [command, ...rest] = [...enter, path, ...args] as [string, ...string[]];
    this.#child = spawn(command, rest, options);
    return this.#child;
  }

  /** Kills it and all its children with SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    killTree(child.pid);
    await exit;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

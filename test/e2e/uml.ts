import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from './command.ts';
import { type DebianProgram, findProgram } from './debian-program.ts';
import { killTree } from './process-tree.ts';

/** The kernel itself: an ordinary program. */
export const umlKernel: DebianProgram = {
  debian: 'user-mode-linux',
  path: '/usr/bin/linux.uml',
  // It has room for 2,696 bytes of registers (arch/x86/um of Linux 6.1), and AMX has four times as many.
  unfit: () =>
    /\bamx_tile\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
      ? 'user-mode Linux 6.1 cannot hold the registers of a processor with AMX'
      : undefined,
};

/** The programs that {@link Uml} uses. */
export const umlPrograms: readonly DebianProgram[] = [
  umlKernel,
  { debian: 'kmod', path: '/usr/sbin/insmod' },
  { debian: 'iproute2', path: '/usr/sbin/ip' },
];

/** How long a machine may take to boot, and a command to end, before it is given up. */
const patienceMs = 60_000;

/**
 * A machine with a kernel of its own, in user mode (user-mode-linux): it has what ours lacks, such as IPVS. It sees
 * our files; what it writes is in its memory only, but for the folder `share`. One processor, no network but its own.
 */
export class Uml implements AsyncDisposable {
  /** A folder that both sides see, under the same name. */
  readonly share: string;
  readonly #kernel: ChildProcess;
  readonly #waiting = new Map<string, (exit: number) => void>();
  /** Why it can do no more. */
  readonly #death: Promise<string>;
  #count = 0;
  #said = '';

  private constructor(share: string, kernel: ChildProcess) {
    this.share = share;
    this.#kernel = kernel;
    this.#death = new Promise((resolve) => {
      kernel.once('error', (error) => resolve(`it cannot run: ${error}`));
      kernel.once('exit', () => resolve('the machine died'));
    });
  }

  /** Boots one, in two or three seconds, and loads kernel modules into it. */
  static async boot(...modules: readonly string[]): Promise<Uml> {
    const uml = await Uml.#start();
    try {
      if (modules.length > 0) await uml.run(`modprobe -a ${modules.join(' ')}`);
      return uml;
    } catch (error) {
      await uml[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Boots one, in five seconds, whose first process is systemd, with no unit but its own. */
  static bootSystemd(): Promise<Uml> {
    return Uml.#start('first=systemd');
  }

  static async #start(...more: readonly string[]): Promise<Uml> {
    const program = findProgram(umlKernel);
    if (!program) throw new Error(`${umlKernel.path} is missing: apt-get install ${umlKernel.debian}`);
    const share = await mkdtemp(join(tmpdir(), 'farm-guardian-uml-'));
    await copyFile(join(import.meta.dirname, 'uml-init.sh'), join(share, 'init.sh'));
    const parameters = [
      ...['mem=768M', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'quiet', 'con=null', 'con0=fd:0,fd:1'],
      ...['init=/bin/sh', `share=${share}`, `modules=${program.replace(/bin\/linux\.uml$/, 'lib/uml/modules')}`],
      ...more,
      ...['--', `${share}/init.sh`],
    ];
    const kernel = spawn(program, parameters, {
      cwd: share,
      stdio: ['pipe', 'pipe', 'pipe'],
      // It leaves things at home, and its memory in a temporary file.
      env: { HOME: share, TMPDIR: '/dev/shm' },
    });
    const uml = new Uml(share, kernel);
    try {
      await uml.#booted();
      return uml;
    } catch (error) {
      await uml[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Runs a shell script inside to its end. A script that fails is an error.
   *
   * @throws Error with what it printed
   */
  async run(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.try(script);
    if (code !== 0) throw new Error(`exit ${code} of ${script}: ${stderr}${stdout}`);
    return stdout;
  }

  /** The same, for one that may fail. */
  async try(script: string): Promise<Ended> {
    const { ended, output } = await this.start(script);
    return { code: await this.#inTime(ended, script), ...(await output()) };
  }

  /** Starts a shell script inside; gives its end, and what it has printed so far. */
  async start(script: string): Promise<UmlScript> {
    const name = String(++this.#count);
    const at = (suffix: string) => join(this.share, `${name}.${suffix}`);
    await writeFile(at('sh'), `${script}\n`);
    const exit = new Promise<number>((resolve) => this.#waiting.set(name, resolve));
    const ended = Promise.race([exit, this.#death.then((why) => this.#fail(script, why))]);
    // Whoever does not wait for it must not be ended by it.
    ended.catch(() => {});
    this.#kernel.stdin?.write(`${name}\n`);
    const read = (suffix: string) => readFile(at(suffix), 'utf8').catch(() => '');
    return { ended, output: async () => ({ stdout: await read('out'), stderr: await read('err') }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid, exitCode, signalCode } = this.#kernel;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      // It ends the processes that stand for those inside, and with KILL they would be nobody's.
      this.#kernel.kill('SIGTERM');
      const gone = await Promise.race([this.#death, sleep(2_000, undefined, { ref: false })]);
      if (gone === undefined) killTree(pid);
      await this.#death;
    }
    await rm(this.share, { recursive: true, force: true });
  }

  #booted(): Promise<void> {
    const { stdin, stdout, stderr } = this.#kernel;
    if (!stdin || !stdout || !stderr) throw new Error('no console');
    stdin.on('error', () => {});
    const keep = (line: string) => {
      this.#said = `${this.#said}${line}\n`.slice(-4_000);
    };
    createInterface(stderr).on('line', keep);
    const ready = new Promise<void>((resolve) => {
      createInterface(stdout).on('line', (line) => {
        const [word, name = '', exit] = line.trim().split(' ');
        if (word === 'ready') resolve();
        else if (word === 'ended') this.#waiting.get(name)?.(Number(exit));
        else keep(line);
      });
    });
    const died = this.#death.then((why) => this.#fail('boot', why));
    return this.#inTime(Promise.race([ready, died]), 'boot');
  }

  /** The same promise, unless it takes too long. */
  async #inTime<T>(promise: Promise<T>, what: string): Promise<T> {
    const timeUp = AbortSignal.timeout(patienceMs);
    const late = once(timeUp, 'abort').then(() => this.#fail(what, `${patienceMs} ms were not enough`));
    return Promise.race([promise, late]);
  }

  #fail(what: string, why: string): never {
    throw new Error(`${what}: ${why}; the machine said: ${this.#said}`);
  }
}

/** A script that runs inside. */
export interface UmlScript {
  /** Its exit code. */
  readonly ended: Promise<number>;
  /** What it has printed so far. */
  output(): Promise<{ readonly stdout: string; readonly stderr: string }>;
}

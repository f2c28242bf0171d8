import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { checkers } from '../../checks/index.ts';
import { type CliProcess, runCli } from '../../src/cli/index.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { hookTypes } from '../../src/hook/index.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporary-folder.ts';

/** Collects what is written, and lets tests wait for it. */
class Output extends Writable {
  text = '';
  readonly isTTY = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    this.emit('text');
    done();
  }

  /** Resolves once the text so far matches. */
  async shows(match: RegExp): Promise<void> {
    while (!match.test(this.text)) await new Promise((resolve) => this.once('text', resolve));
  }
}

/** A process for `runCli` in a folder of its own. */
export class TestProcess extends EventEmitter implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly out = new Output();
  readonly err = new Output();
  env: Record<string, string> = {};

  private constructor(folder: TemporaryFolder) {
    super();
    this.#folder = folder;
  }

  static async open(): Promise<TestProcess> {
    return new TestProcess(await temporaryFolder());
  }

  /** Its current folder. */
  get folder(): string {
    return this.#folder.path;
  }

  /** Runs `farm-guardian` with these arguments; gives its exit code. */
  run(...args: string[]): Promise<number> {
    const process: CliProcess = {
      argv: ['node', 'farm-guardian', ...args],
      pid: 4_711,
      env: this.env,
      stdout: this.out as unknown as NodeJS.WriteStream,
      stderr: this.err as unknown as NodeJS.WriteStream,
      cwd: () => this.folder,
      on: (event: string, listener: (...args: never[]) => void) => this.on(event, listener as () => void),
      off: (event: string, listener: (...args: never[]) => void) => this.off(event, listener as () => void),
      exit: (code) => this.emit('exit', code),
    };
    return runCli({ process, checkers, hooks: hookTypes, clock: systemClock });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

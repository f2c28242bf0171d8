import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestProcess } from './a-process.ts';

/** A config of one FTP farm whose checks are fast; `more` goes to its top level. */
export const fastFarm = (ports: readonly number[], more = '', hooks = '[]') => `stateDir: state
socket: guardian.sock
listen: off
${more}
defaults: { interval: 100ms, fastInterval: 50ms, timeout: 1s, rise: 1, fall: 2 }
farms:
  ftp:
    check: { type: ftp }
    backends: { ${ports.map((port, i) => `b${i + 1}: "127.0.0.1:${port}"`).join(', ')} }
    hooks: ${hooks}
`;

/** `farm-guardian run` inside this process, and other commands that ask it. */
export class RunningDaemon implements AsyncDisposable {
  readonly process: TestProcess;
  readonly #ended: Promise<number>;

  private constructor(process: TestProcess, ended: Promise<number>) {
    this.process = process;
    this.#ended = ended;
  }

  /** Starts one on a config; resolves once it runs. */
  static async start(config: string, ...args: string[]): Promise<RunningDaemon> {
    const process = await TestProcess.open();
    await writeFile(join(process.folder, 'farm-guardian.yaml'), config);
    const ended = process.run('run', '--log-format', 'json', ...args);
    await process.out.shows(/guardian runs/);
    return new RunningDaemon(process, ended);
  }

  /** Writes another config in the place of its own. */
  async configure(config: string): Promise<void> {
    await writeFile(join(this.process.folder, 'farm-guardian.yaml'), config);
  }

  /** Runs another command of `farm-guardian` that asks it. */
  async ask(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    await using asker = await TestProcess.open();
    asker.env = { FARM_GUARDIAN_SOCKET: join(this.process.folder, 'guardian.sock'), SUDO_USER: 'alice' };
    const code = await asker.run(...args);
    return { code, stdout: asker.out.text, stderr: asker.err.text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.emit('SIGTERM');
    await this.#ended;
    await this.process[Symbol.asyncDispose]();
  }
}

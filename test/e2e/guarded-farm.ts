import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendStatus, GuardianStatus } from '../../src/guardian/guardian-status.ts';
import type { JournalEntry } from '../../src/journal/journal-entry.ts';
import { type Ended, runCommand } from './command.ts';
import { eventually } from './eventually.ts';
import { GuardianProcess } from './guardian-process.ts';
import type { Site } from './site.ts';

/** A farm in a config, and where its guardian runs. */
export interface GuardedFarmOptions {
  readonly backends: Readonly<Record<string, string>>;
  readonly hook: Readonly<Record<string, unknown>>;
  readonly check?: Readonly<Record<string, unknown>>;
  readonly enter?: Site['enter'];
}

/** Two failures 200 ms apart take a backend out; a balancer is read back every two seconds. */
const rhythm = { interval: '500ms', fastInterval: '200ms', downInterval: '500ms', timeout: '3s', fall: 2, rise: 2 };

/** A farm `farm` with one hook, and a guardian process that watches it. */
export class GuardedFarm implements AsyncDisposable {
  readonly #folder: string;
  readonly #enter: Site['enter'];
  #guardian: GuardianProcess | undefined;

  private constructor(folder: string, enter: Site['enter']) {
    this.#folder = folder;
    this.#enter = enter;
  }

  /** Writes the config and starts the guardian. */
  static async open({ backends, hook, check = { type: 'ftp' }, enter = [] }: GuardedFarmOptions): Promise<GuardedFarm> {
    const farm = new GuardedFarm(await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-')), enter);
    await farm.#write({ check, backends, hooks: [{ resync: '2s', ...hook }] });
    farm.start();
    return farm;
  }

  /** Starts the guardian, again after {@link kill}. */
  start(): void {
    this.#guardian = new GuardianProcess(this.#config, this.#enter);
  }

  /** Kills the guardian. */
  async kill(): Promise<void> {
    await this.#guardian?.end('SIGKILL');
  }

  /** Runs `farm-guardian` with the farm's config. */
  run(...args: readonly string[]): Promise<Ended> {
    return runCommand('farm-guardian', [...args, '-c', this.#config], this.#enter);
  }

  /** What the guardian says of a backend. */
  async status(backend: string): Promise<BackendStatus> {
    const { code, stdout, stderr } = await this.run('status', '--json');
    if (code !== 0) throw new Error(stderr);
    const found = (JSON.parse(stdout) as GuardianStatus).farms[0]?.backends.find(({ id }) => id === backend);
    if (!found) throw new Error(`no backend ${backend}`);
    return found;
  }

  /** Waits until the guardian says of a backend's delivery what `is` asks for; gives it. */
  async shows(backend: string, is: (delivery: BackendStatus['deliveries'][number]) => boolean, what: string) {
    const look = async () => (await this.status(backend)).deliveries.find(is);
    return eventually(look, { what: `${backend} to be ${what}`, timeoutMs: 20_000 }).catch((error) => {
      throw new Error(`${error.message}; the guardian's log: ${this.#guardian?.log}`, { cause: error });
    });
  }

  /** What was journalled, in order. */
  async journal(): Promise<readonly JournalEntry[]> {
    const text = await readFile(join(this.#folder, 'state/journal.jsonl'), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  /** The guardian's log, its end. */
  get log(): string {
    return this.#guardian?.log ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #config(): string {
    return join(this.#folder, 'farm-guardian.json');
  }

  async #write(farm: object): Promise<void> {
    const places = { stateDir: 'state', socket: 'admin.sock', listen: 'off' };
    await writeFile(this.#config, JSON.stringify({ ...places, defaults: rhythm, farms: { farm } }));
  }
}

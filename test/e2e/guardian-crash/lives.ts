import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import type { DesiredState } from '../../../src/health/desired-state.ts';
import type { JournalEntry } from '../../../src/journal/journal-entry.ts';
import { readJournal } from '../../../src/journal/read-journal.ts';
import { eventually } from '../eventually.ts';

/** What is desired of each backend. */
export type Desired = Readonly<Record<string, DesiredState | null>>;

/** What the balancer was told. */
export interface Told {
  readonly backend: string;
  readonly state: DesiredState;
  readonly sequence: number;
}

/** When each backend dies and comes back, in turns: milliseconds after the start of the first life. */
export type Weather = Readonly<Record<string, readonly number[]>>;

/** What a guardian is told of its life. */
export interface Plan {
  readonly stateDir: string;
  /** Where its hook writes what it is told. */
  readonly toldFile: string;
  /** When its first life began, milliseconds since the epoch. */
  readonly startsAt: number;
  readonly weather: Weather;
  readonly defaults: typeof rhythm & typeof policy;
}

/** Passes until up, failures until down. */
export const policy = { rise: 2, fall: 3 };

const rhythm = { interval: '30ms', fastInterval: '10ms', downInterval: '30ms', timeout: '2s' };

/** A guardian over its many lives: one state folder, one balancer. */
export class ManyLives implements AsyncDisposable {
  readonly #folder: string;
  #plan: Plan;

  private constructor(folder: string, plan: Plan) {
    this.#folder = folder;
    this.#plan = plan;
  }

  static async open(weather: Weather, startsAt: number): Promise<ManyLives> {
    const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-crash-'));
    const defaults = { ...rhythm, ...policy };
    const toldFile = join(folder, 'told');
    const plan: Plan = { stateDir: join(folder, 'state'), toldFile, startsAt, weather, defaults };
    await writeFile(toldFile, '');
    await writeFile(join(folder, 'plan.json'), JSON.stringify(plan));
    // One file starts in half the time that a hundred take.
    await build({
      entryPoints: [join(import.meta.dirname, 'guardian.ts')],
      outfile: join(folder, 'guardian.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    return new ManyLives(folder, plan);
  }

  /** Starts, and is killed so long after its process was, or after it has begun to decide. */
  async live({
    forMs,
    from,
  }: {
    readonly forMs: number;
    readonly from: 'process' | 'begin';
  }): Promise<Desired | undefined> {
    return this.#live(async (begun) => {
      if (from === 'begin') await begun;
      await sleep(forMs);
    });
  }

  /** Ends the weather: every backend stays as it is now. Gives what is to be desired of each. */
  async calmDown(): Promise<Desired> {
    const now = Date.now() - this.#plan.startsAt;
    const weather = Object.entries(this.#plan.weather).map(
      ([id, times]) => [id, times.filter((at) => at <= now)] as const,
    );
    this.#plan = { ...this.#plan, weather: Object.fromEntries(weather) };
    await writeFile(join(this.#folder, 'plan.json'), JSON.stringify(this.#plan));
    return Object.fromEntries(weather.map(([id, times]) => [id, times.length % 2 === 0 ? 'up' : 'down']));
  }

  /** Lives until the balancer shows what it has to; gives up after half a minute. */
  async settle(truth: Desired): Promise<void> {
    await this.#live(async () => {
      const shows = async () => {
        const told = await this.told();
        return Object.entries(truth).every(
          ([id, state]) => told.findLast(({ backend }) => backend === id)?.state === state,
        );
      };
      await eventually(async () => ((await shows()) ? true : undefined), { what: 'the truth', timeoutMs: 30_000 });
      // Long enough for whatever might still come.
      await sleep(500);
    });
  }

  /** What was desired at the very start of a life; `undefined` when it got not so far. */
  async #live(end: (begun: Promise<unknown>) => Promise<void>): Promise<Desired | undefined> {
    const [program, plan] = [join(this.#folder, 'guardian.mjs'), join(this.#folder, 'plan.json')];
    const child = spawn(process.execPath, [program, plan], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, complaint] = ['', ''];
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaint += chunk;
    });
    const closed = once(child, 'close');
    await Promise.race([end(once(child.stdout, 'data')), closed]);
    child.kill('SIGKILL');
    const [, signal] = await closed;
    if (signal !== 'SIGKILL') throw new Error(`the guardian ended by itself: ${complaint}`);
    return said.endsWith('\n') ? (JSON.parse(said) as Desired) : undefined;
  }

  /** The journal of all its lives so far. */
  async journal(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const entry of readJournal(join(this.#folder, 'state', 'journal.jsonl'))) entries.push(entry);
    return entries;
  }

  /** All that the balancer was told. */
  async told(): Promise<Told[]> {
    const lines = (await readFile(join(this.#folder, 'told'), 'utf8')).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Told);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

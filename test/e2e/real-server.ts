import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../free-port.ts';
import { DebianChild } from './debian-child.ts';
import type { DebianProgram } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { hasBound } from './has-bound.ts';
import { continueTree, stopTree } from './process-tree.ts';
import { loopback, type Site } from './site.ts';

/** Files a server gives out: path below its root, and text. */
export type Files = Readonly<Record<string, string>>;

/** What is particular to one server program. */
export interface Recipe {
  readonly program: DebianProgram;
  /** The arguments that keep it in the foreground. */
  readonly args: readonly string[];
  /** Resolves once the server has answered on its port; rejects when it did not. */
  answers(): Promise<void>;
}

/** Where a server keeps its things, and where it listens: what a recipe is made from. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** A temporary folder of its own, removed when it is disposed. */
  readonly folder: string;
  /** The folder inside it with the files it gives out, readable by everybody. */
  readonly root: string;
}

/** A server of a Debian package: a child process with its own port and folder. */
export class RealServer implements AsyncDisposable {
  readonly place: Place;
  readonly #site: Site;
  readonly #recipe: Recipe;
  readonly #child: DebianChild;
  #said = '';

  private constructor(place: Place, site: Site, recipe: Recipe) {
    this.place = place;
    this.#site = site;
    this.#recipe = recipe;
    this.#child = new DebianChild(recipe.program);
  }

  /** Prepares a folder and a port, writes `files`, and starts what `recipe` says. */
  static async open(
    files: Files,
    recipe: (place: Place) => Recipe | Promise<Recipe>,
    site: Site = loopback,
  ): Promise<RealServer> {
    const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
    const port = site.port ?? (await freePort());
    const place = { host: site.host, port, folder, root: join(folder, 'root') };
    // The servers give up root and must still get there.
    await chmod(folder, 0o755);
    await mkdir(place.root);
    try {
      const server = new RealServer(place, site, await recipe(place));
      await server.write(files);
      await server.start();
      return server;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get host(): string {
    return this.place.host;
  }

  get port(): number {
    return this.place.port;
  }

  /** `HOST:PORT`, as in a config. */
  get address(): string {
    return `${this.host}:${this.port}`;
  }

  /** What it has logged since it was asked last, 20,000 characters at most; its start included. */
  takeLog(): string {
    const said = this.#said;
    this.#said = '';
    return said;
  }

  /** Adds files to what it gives out. */
  async write(files: Files): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.place.root, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { mode: 0o644 });
    }
  }

  /** Starts it on its port; resolves when it answers. */
  async start(): Promise<void> {
    const { program, args, answers } = this.#recipe;
    const { stdout, stderr } = this.#child.start({
      args,
      enter: this.#site.enter,
      cwd: this.place.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [stdout, stderr])
      stream?.on('data', (bytes) => {
        this.#said = `${this.#said}${bytes}`.slice(-20_000);
      });
    try {
      const { pid = 0 } = this.#child;
      const isThere = this.#site.apart
        ? async () => (await hasBound(pid, this.port)) || undefined
        : () => answers().then(() => true);
      await eventually(isThere, { what: `${program.debian} on port ${this.port}` });
    } catch (error) {
      await this.kill();
      throw new Error(`${(error as Error).message}; it said: ${this.#said.slice(-2_000)}`, { cause: error });
    }
  }

  /** Kills it and all its children with SIGKILL; resolves when it is gone. It can be started again. */
  kill(): Promise<void> {
    return this.#child.kill();
  }

  /** Makes it hang: it keeps its port and its connections, and answers nothing until {@link goOn}. */
  hang(): void {
    if (this.#child.pid !== undefined) stopTree(this.#child.pid);
  }

  /** Ends what {@link hang} began. */
  goOn(): void {
    if (this.#child.pid !== undefined) continueTree(this.#child.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.place.folder, { recursive: true, force: true });
  }
}

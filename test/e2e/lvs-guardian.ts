import { readFile } from 'node:fs/promises';
import { eventually } from './eventually.ts';
import type { Uml, UmlScript } from './uml.ts';

/** How long something may take that the guardian does: under the load of other tests, a processor in user mode is slow. */
const patienceMs = 120_000;

/** `farm-guardian run` on the director. */
export class LvsGuardian {
  readonly #uml: Uml;
  readonly #script: UmlScript;
  readonly #states: string;

  constructor(uml: Uml, script: UmlScript, states: string) {
    this.#uml = uml;
    this.#script = script;
    this.#states = states;
  }

  /** Resolves once it has told its hooks that a backend is in a state. */
  async says(backend: string, state: string): Promise<void> {
    const look = async () =>
      (await readFile(this.#states, 'utf8')).includes(`${backend} ${state} `) ? true : undefined;
    await this.#explain(eventually(look, { what: `${backend} ${state}`, timeoutMs: patienceMs }));
  }

  /** Resolves once the rules of IPVS are such. */
  async brings(what: string, isSo: (rules: string) => boolean): Promise<void> {
    const look = async () => (isSo(await this.#uml.run('ipvsadm -Sn')) ? true : undefined);
    await this.#explain(eventually(look, { what, timeoutMs: patienceMs }));
  }

  /** Tells its log when something does not come. */
  async #explain(hope: Promise<unknown>): Promise<void> {
    await hope.catch(async (error) => {
      const { stdout, stderr } = await this.#script.output();
      throw new Error(`${error.message}; the guardian's log: ${`${stdout}${stderr}`.slice(-4_000)}`, { cause: error });
    });
  }

  /** Sends it a signal, and waits for its end: an exit code. */
  async end(signal: 'TERM' | 'KILL'): Promise<number> {
    await this.#uml.run(`kill -${signal} $(cat /run/guardian.pid)`);
    return this.#script.ended;
  }
}

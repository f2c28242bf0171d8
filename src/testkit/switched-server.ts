import type { Dialogue } from './dialogue.ts';
import type { Gate } from './gate.ts';
import type { TestServer } from './test-server.ts';

/** What a {@link SwitchedServer} is made of. */
export interface SwitchedServerParts<Fault extends string> {
  readonly gate: Gate;
  readonly dialogue: Dialogue;
  /** Every fault the server knows. */
  readonly known: readonly Fault[];
  /** The faults in force: shared with the parts that act on them. */
  readonly active: Set<Fault>;
  /** Frees what the server holds besides its gate. */
  readonly release?: () => Promise<void>;
}

/** The switches of a test server: one class for all protocols, which act on the set of active faults themselves. */
export class SwitchedServer<Fault extends string> implements TestServer<Fault> {
  readonly #parts: SwitchedServerParts<Fault>;
  #lastTurn: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(parts: SwitchedServerParts<Fault>) {
    this.#parts = parts;
  }

  get host(): string {
    return this.#parts.gate.host;
  }

  get port(): number {
    return this.#parts.gate.port;
  }

  get connections(): number {
    return this.#parts.gate.comers;
  }

  get faults(): ReadonlySet<Fault> {
    return this.#parts.active;
  }

  get dialogue(): readonly string[] {
    return this.#parts.dialogue.lines;
  }

  received(match: string | RegExp, signal?: AbortSignal): Promise<string> {
    return this.#parts.dialogue.received(match, signal);
  }

  async inject(fault: Fault): Promise<void> {
    const { known, active } = this.#parts;
    if (!known.includes(fault)) throw new TypeError(`unknown fault ${fault}; there are: ${known.join(' ')}`);
    await this.#turn(() => active.add(fault));
  }

  async heal(fault?: Fault): Promise<void> {
    const { active } = this.#parts;
    await this.#turn(() => (fault === undefined ? active.clear() : active.delete(fault)));
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One switch after the other: opening and shutting the gate must not overlap. */
  #turn(change: () => void): Promise<void> {
    const turn = this.#lastTurn.then(async () => {
      if (this.#closed) throw new Error('the server is closed');
      change();
      const { gate, active } = this.#parts;
      await ((active as ReadonlySet<string>).has('refuse') ? gate.shut() : gate.open());
    });
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  async #end(): Promise<void> {
    await this.#lastTurn;
    const { gate, dialogue, release } = this.#parts;
    dialogue.close();
    await gate.close();
    await release?.();
  }
}

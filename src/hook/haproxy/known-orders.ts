import type { ObservedState } from '../hook.ts';
import { fleetingKeepsake, type Keepsake } from '../keepsake.ts';
import type { ServerOrder } from './servers-state.ts';

interface Known {
  /** The process of HAProxy that was seen last. */
  readonly process: string;
  /** By server, what it was seen, or told, to do: the word for it. */
  readonly words: Readonly<Record<string, string>>;
}

/**
 * Tells an operator's order from what a restarted HAProxy has read from an old state file. To HAProxy, `MAINT` is
 * `MAINT`, whoever ordered it: an operator at any time, or we, long ago. But in a process that is new to us, an order
 * that was not there when the one before was seen last comes from its files; no operator has given it meanwhile.
 */
export class KnownOrders {
  readonly #keepsake: Keepsake;
  #process: string | undefined;
  #words = new Map<string, string>();
  /** By server, the word for what came out of an old file. */
  readonly #stale = new Map<string, string>();
  #remembered: Promise<void> | undefined;
  #kept = '';
  #keeping: Promise<void> = Promise.resolve();

  constructor(keepsake: Keepsake = fleetingKeepsake()) {
    this.#keepsake = keepsake;
  }

  /** What a process of HAProxy shows of each server, and whether an operator may have ordered it. */
  async judge(process: string, servers: ReadonlyMap<string, ServerOrder>): Promise<ReadonlyMap<string, ObservedState>> {
    this.#remembered ??= this.#remember();
    await this.#remembered;
    const isNew = this.#process !== undefined && this.#process !== process;
    for (const [name, { state, word }] of servers) {
      // What the config itself says is always meant.
      const fromFile = isNew && state !== 'up' && this.#words.get(name) !== word && word !== 'MAINT (config)';
      if (fromFile) this.#stale.set(name, word);
      else if (this.#stale.get(name) !== word) this.#stale.delete(name);
    }
    this.#process = process;
    this.#words = new Map([...servers].map(([name, { word }]) => [name, word]));
    this.#keeping = this.#keeping.then(() => this.#keep());
    await this.#keeping;
    return new Map(
      [...servers].map(([name, { state, word }]) => [
        name,
        { state, word, manual: state !== 'up' && !this.#stale.has(name) },
      ]),
    );
  }

  async #remember(): Promise<void> {
    const known = (await this.#keepsake.read().catch(() => undefined)) as Partial<Known> | undefined;
    if (typeof known?.process !== 'string' || typeof known.words !== 'object' || !known.words) return;
    this.#process = known.process;
    this.#words = new Map(Object.entries(known.words));
  }

  async #keep(): Promise<void> {
    // What came out of an old file is not kept as seen: after a restart of ours it must be told from orders again.
    const words = [...this.#words].filter(([name]) => !this.#stale.has(name));
    const known: Known = {
      process: this.#stale.size > 0 ? '' : (this.#process ?? ''),
      words: Object.fromEntries(words),
    };
    const text = JSON.stringify(known);
    if (text === this.#kept) return;
    try {
      await this.#keepsake.write(known);
      this.#kept = text;
    } catch {
      // A full disk must not keep states from the balancer; without it only a restart of both is told less well.
    }
  }
}

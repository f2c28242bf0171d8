import type { Logger } from '../../log/logger.ts';
import { type BackendChange, type HookContext, type HookDriver, type ObservedState, PartialFailure } from '../hook.ts';
import { fleetingKeepsake, type Keepsake } from '../keepsake.ts';
import { type FullServer, IpvsTable } from './ipvs-table.ts';
import type { Ipvsadm } from './ipvsadm.ts';
import { PersistenceWarning } from './persistence-warning.ts';
import { type Remembered, readRemembered } from './remembered.ts';
import { findServer, type RealServer, type SavedService } from './saved-rules.ts';
import { type Endpoint, renderEndpoint, type Service } from './service.ts';
import { type ThresholdTable, thresholdKey } from './thresholds.ts';

/** What an {@link IpvsDriver} is made of, besides its context. */
export interface IpvsDriverOptions {
  readonly service: Service;
  /** The real servers, by backend. */
  readonly servers: ReadonlyMap<string, Endpoint>;
  readonly onDown: 'weight-zero' | 'remove';
  /** Weights of backends that are up, where they are not those of before. */
  readonly weights: Readonly<Record<string, number>>;
  readonly ipvsadm: Ipvsadm;
}

/** One look at the service, before something is changed. */
interface Look {
  readonly saved: SavedService;
  readonly thresholds: ThresholdTable;
  readonly signal: AbortSignal;
}

/**
 * Gives the real servers of a service their weights, or takes them out and in again. Never makes a service, and no
 * server that was not there before; what a server was like is remembered before it is changed.
 */
export class IpvsDriver implements HookDriver {
  readonly name: string;
  readonly batch = Number.MAX_SAFE_INTEGER;
  readonly #options: IpvsDriverOptions;
  readonly #table: IpvsTable;
  readonly #warning: PersistenceWarning;
  readonly #keepsake: Keepsake;
  readonly #log: Logger;
  #remembered: Map<string, Remembered> | undefined;
  /** What the keepsake says, as JSON. */
  #kept = '';

  constructor(options: IpvsDriverOptions, { log, keepsake }: HookContext) {
    const { key } = options.service;
    this.name = `ipvs ${key}`;
    this.#options = options;
    this.#table = new IpvsTable(options.ipvsadm);
    this.#warning = new PersistenceWarning(log);
    this.#log = log;
    this.#keepsake = keepsake?.(`ipvs ${key}`) ?? fleetingKeepsake();
  }

  async apply(changes: readonly BackendChange[], signal: AbortSignal): Promise<void> {
    const { service } = this.#options;
    const saved = await this.#table.read(service, signal);
    const look = { saved, thresholds: await this.#table.readThresholds(signal), signal };
    await this.#remember(look, changes);
    const failed = new Map<string, string>();
    for (const change of changes)
      try {
        await this.#bring(change, look);
      } catch (error) {
        if (signal.aborted) throw error;
        failed.set(change.backend, (error as Error).message);
      }
    const after = await this.#table.read(service, signal);
    for (const { backend, state } of changes)
      if (!failed.has(backend) && !this.#holds(state, this.#serverOf(backend, after)))
        failed.set(backend, `IPVS does not show ${state} after it was told`);
    if (failed.size > 0) throw new PartialFailure(failed);
  }

  async observe(_farm: string, signal: AbortSignal): Promise<ReadonlyMap<string, ObservedState>> {
    const { service, servers, onDown } = this.#options;
    const saved = await this.#table.read(service, signal);
    if (onDown === 'weight-zero') await this.#warning.look(saved);
    const remembered = await this.#recall();
    const observed = new Map<string, ObservedState>();
    for (const backend of servers.keys()) {
      const server = this.#serverOf(backend, saved);
      const told = remembered.get(backend)?.told;
      const out = told === 'drain' ? 'drain' : 'down';
      if (server)
        observed.set(backend, {
          state: server.weight > 0 ? 'up' : out,
          word: `weight ${server.weight}`,
          manual: server.weight === 0,
        });
      // One that we did not take out is missing: there is nothing to be seen of it.
      else if (told === 'down' || told === 'drain')
        observed.set(backend, { state: told, word: 'absent', manual: false });
    }
    return observed;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #recall(): Promise<Map<string, Remembered>> {
    if (!this.#remembered) {
      this.#remembered = readRemembered(await this.#keepsake.read());
      this.#kept = JSON.stringify(Object.fromEntries(this.#remembered));
    }
    return this.#remembered;
  }

  /** Writes down, before anything is changed, how each server is that takes clients, and what is told now. */
  async #remember(look: Look, changes: readonly BackendChange[]): Promise<void> {
    const remembered = await this.#recall();
    const told = new Map(changes.map(({ backend, state }) => [backend, state]));
    for (const backend of this.#options.servers.keys()) {
      const known = remembered.get(backend);
      const found = this.#serverOf(backend, look.saved);
      const server = found && found.weight > 0 ? full(found, look) : known?.server;
      const state = told.get(backend) ?? known?.told;
      if (server || state) remembered.set(backend, { ...(server && { server }), ...(state && { told: state }) });
    }
    await this.#keep(Object.fromEntries(remembered));
  }

  /** A backend that is down must go out even when the disk is full: then it is remembered in memory alone. */
  async #keep(value: object): Promise<void> {
    const text = JSON.stringify(value);
    if (text === this.#kept) return;
    try {
      await this.#keepsake.write(value);
      this.#kept = text;
    } catch (error) {
      const why = (error as Error).message;
      this.#log.warn(
        { hook: this.name, why },
        'what servers were like cannot be written down: a restart would forget it',
      );
    }
  }

  async #bring({ backend, state }: BackendChange, look: Look): Promise<void> {
    const { service, onDown } = this.#options;
    const { saved, signal } = look;
    const found = this.#serverOf(backend, saved);
    if (state === 'up') await this.#bringIn(backend, found, look);
    else if (!found) return;
    else if (state === 'down' && onDown === 'remove') await this.#table.remove(service, found, signal);
    else if (found.weight > 0) await this.#table.edit(service, full(found, look), 0, signal);
  }

  async #bringIn(backend: string, found: RealServer | undefined, look: Look): Promise<void> {
    const { service, weights, servers } = this.#options;
    const { signal } = look;
    const known = (await this.#recall()).get(backend)?.server;
    const weight = weights[backend] ?? (found && found.weight > 0 ? found.weight : known?.weight);
    if (!found && !known) {
      const endpoint = servers.get(backend);
      const address = endpoint ? renderEndpoint(endpoint) : backend;
      throw new Error(`${service.key} has no server ${address}, and how it was is not known: add it with ipvsadm -a`);
    }
    if (weight === undefined)
      throw new Error(`${service.key} has ${backend} at weight 0, and no other is known: give it one in weights`);
    if (!found) await this.#table.add(service, known as FullServer, weight, signal);
    else if (found.weight !== weight) await this.#table.edit(service, full(found, look), weight, signal);
  }

  #holds(state: BackendChange['state'], server: RealServer | undefined): boolean {
    if (state === 'up') return server !== undefined && server.weight > 0;
    if (state === 'down' && this.#options.onDown === 'remove') return server === undefined;
    return server === undefined || server.weight === 0;
  }

  #serverOf(backend: string, saved: SavedService): RealServer | undefined {
    const wanted = this.#options.servers.get(backend);
    return wanted && findServer(saved, wanted);
  }
}

const full = (server: RealServer, { saved, thresholds }: Look): FullServer => ({
  ...server,
  ...(thresholds.get(thresholdKey(saved.service, server)) ?? { upper: 0, lower: 0 }),
});

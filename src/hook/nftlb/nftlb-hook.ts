import type { Clock } from '../../clock/clock.ts';
import { type BalancerNames, balancerNames, namesComplaint } from '../balancer-names.ts';
import { findProgram } from '../find-program.ts';
import {
  type BackendChange,
  type HookContext,
  type HookDriver,
  type HookType,
  type ObservedState,
  PartialFailure,
} from '../hook.ts';
import { secretComplaint } from '../secret-complaint.ts';
import { cutConnections } from './cut-connections.ts';
import { type FarmView, holds, observed } from './farm-view.ts';
import { NftlbApi } from './nftlb-api.ts';
import { type NftlbHookOptions, nftlbHookOptions, plainName } from './options.ts';

const defaultTimeoutMs = 5_000;
const noConntrack = 'no executable file conntrack (apt-get install conntrack)';

/**
 * Brings the farm of an nftlb, the engine of SKUDONET's and RELIANOID's L4 farms, to the desired states by its API: `up`,
 * `off` to drain, `down`. It is read, written, and read again, so that nothing is made that was not there before.
 */
export const nftlbHook: HookType<NftlbHookOptions> = {
  name: 'nftlb',
  options: nftlbHookOptions,

  preflight: async ({ key, names, cutConnections }, farm) => {
    const odd = Object.values(names ?? {}).find((name) => !plainName.test(name));
    if (odd !== undefined) return `names: nftlb has no backend "${odd}": a name is letters, digits, ".", "_" and "-"`;
    if (cutConnections && (await findProgram('conntrack')) === undefined) return `cutConnections: ${noConntrack}`;
    return namesComplaint(farm, names) ?? secretComplaint('key', key);
  },

  create: (options, context) => new NftlbDriver(options, context),
};

class NftlbDriver implements HookDriver {
  readonly name: string;
  readonly batch = 1_000;
  readonly #api: NftlbApi;
  readonly #names: BalancerNames;
  readonly #farm: string;
  readonly #cut: boolean;
  readonly #timing: { readonly clock: Clock; readonly timeoutMs: number };

  constructor(options: NftlbHookOptions, { farm, clock }: HookContext) {
    const { url, key, names, farm: name = farm.id, timeout: timeoutMs = defaultTimeoutMs } = options;
    this.name = `nftlb ${name} at ${url}`;
    this.#farm = name;
    this.#names = balancerNames(farm, names);
    this.#cut = options.cutConnections ?? false;
    this.#timing = { clock, timeoutMs };
    this.#api = new NftlbApi({ url, key, farm: name, ...this.#timing });
  }

  async observe(_farm: string, signal: AbortSignal): Promise<ReadonlyMap<string, ObservedState>> {
    const { backends } = await this.#api.farm(signal);
    const ours = new Map<string, ObservedState>();
    for (const [name, view] of backends) {
      const backend = this.#names.backendOf(name);
      if (backend !== undefined) ours.set(backend, observed(view));
    }
    return ours;
  }

  async apply(changes: readonly BackendChange[], signal: AbortSignal): Promise<void> {
    const failed = new Map<string, string>();
    const wanted = changes.map(({ backend, state }) => ({ backend, state, name: this.#names.nameOf(backend) }));
    const before = await this.#api.farm(signal);
    for (const { backend, name } of wanted)
      if (!before.backends.has(name)) failed.set(backend, `nftlb has no backend ${name} in farm ${this.#farm}`);
    const known = wanted.filter(({ backend }) => !failed.has(backend));

    const other = known.filter(({ name, state }) => !shows(before, name, state));
    if (other.length > 0) await this.#api.setStates(other, signal);
    const after = other.length > 0 ? await this.#api.farm(signal) : before;
    for (const { backend, name, state } of known)
      if (!shows(after, name, state))
        failed.set(
          backend,
          `nftlb shows ${after.backends.get(name)?.state ?? 'nothing'} of ${name} instead of ${state}`,
        );

    const down = known.filter(({ backend, state }) => state === 'down' && !failed.has(backend));
    await this.#letGo(down, after, { failed, signal });
    if (failed.size > 0) throw new PartialFailure(failed);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Takes the clients from backends that are down: those bound to one would go on to be sent to it. */
  async #letGo(
    down: readonly { readonly backend: string; readonly name: string }[],
    view: FarmView,
    { failed, signal }: { failed: Map<string, string>; signal: AbortSignal },
  ): Promise<void> {
    const bound = down.length > 0 && view.sticky ? await this.#api.boundBackends(signal) : new Set();
    for (const { backend, name } of down) {
      try {
        if (bound.has(name)) await this.#api.unbind(name, signal);
        if (this.#cut) await this.#cutOff(view.backends.get(name)?.mark ?? '', signal);
      } catch (error) {
        failed.set(backend, (error as Error).message);
      }
    }
  }

  async #cutOff(mark: string, signal: AbortSignal): Promise<void> {
    const conntrack = await findProgram('conntrack');
    if (conntrack === undefined) throw new Error(noConntrack);
    await cutConnections(mark, { ...this.#timing, conntrack, signal });
  }
}

const shows = ({ backends }: FarmView, name: string, state: BackendChange['state']): boolean => {
  const view = backends.get(name);
  return view !== undefined && holds(view, state);
};

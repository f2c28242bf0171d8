import type { FarmConfig } from '../config/config.ts';
import type { AnyHookType, BackendChange, HookContext, HookFarm } from '../hook/hook.ts';
import { type DeliveryAttempt, Reconciler } from '../hook/reconcile.ts';
import { vipText } from './farm-watch.ts';
import type { DeliveryStatus } from './guardian-status.ts';

/** Told of each attempt, and by which hook. */
export type OnAttempt = (hook: string, attempt: DeliveryAttempt) => void;

/** The hooks of one farm, each with its own deliveries: one that hangs delays no other. */
export class FarmHooks implements AsyncDisposable {
  readonly #reconcilers: ReadonlyMap<string, Reconciler>;

  constructor(farm: FarmConfig<AnyHookType>, { clock, log }: Omit<HookContext, 'farm'>, onAttempt: OnAttempt) {
    const { hooks } = farm;
    const names = hookNames(hooks.map(({ type }) => type.name));
    const context = { clock, log, farm: hookFarm(farm) };
    this.#reconcilers = new Map(
      hooks.map(({ type, options }, i) => {
        const name = names[i] ?? type.name;
        const driver = type.create(options, context);
        return [name, new Reconciler({ driver, clock, onAttempt: (attempt) => onAttempt(name, attempt) })];
      }),
    );
  }

  /** Tells every hook, or those that have not delivered a change of this sequence yet. */
  want(change: BackendChange, delivered: Readonly<Record<string, number>> = {}): void {
    for (const [name, reconciler] of this.#reconcilers)
      if ((delivered[name] ?? 0) < change.sequence) reconciler.want(change);
  }

  /** Tells no hook about a backend any more: it was removed. */
  forget(backend: string): void {
    for (const reconciler of this.#reconcilers.values()) reconciler.forget(backend);
  }

  /** Where each hook stands with a backend. */
  status(backend: string): DeliveryStatus[] {
    return [...this.#reconcilers].map(([hook, reconciler]) => {
      const pending = reconciler.pendingFor(backend);
      if (!pending) return { hook, outcome: 'delivered', attempts: 0, error: null };
      const { attempts, lastError = null } = pending;
      return { hook, outcome: lastError === null ? 'pending' : 'failing', attempts, error: lastError };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#reconcilers.values()].map((reconciler) => reconciler[Symbol.asyncDispose]()));
  }
}

/** A farm as its hooks are told of it. */
export const hookFarm = (farm: FarmConfig): HookFarm => {
  const { id, backends } = farm;
  return { id, vip: vipText(farm), backends: backends.map(({ id, host, port }) => ({ id, host, port })) };
};

/** `exec`, `exec-2`, `nftlb` …: stable names for status, metrics and journal, by type and order. */
const hookNames = (types: readonly string[]): string[] =>
  types.map((type, i) => {
    const before = types.slice(0, i).filter((other) => other === type).length;
    return before === 0 ? type : `${type}-${before + 1}`;
  });

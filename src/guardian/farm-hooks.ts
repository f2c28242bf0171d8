import type { FarmConfig, HookConfig } from '../config/config.ts';
import { digest, secretsIn } from '../farm/plan.ts';
import type { DesiredState } from '../health/desired-state.ts';
import type { DeliveryAttempt, Drift } from '../hook/delivery.ts';
import type { AnyHookType, BackendChange, HookContext, HookFarm } from '../hook/hook.ts';
import type { HookMemory } from '../journal/backend-record.ts';
import { FarmHook } from './farm-hook.ts';
import type { DeliveryStatus, HookStatus } from './guardian-status.ts';
import { vipText } from './watched-backend.ts';

/** What a farm's hooks tell of, each with the hook's name. */
export interface HookReports {
  /** @param by stands for how the hook is configured */
  attempted(hook: string, attempt: DeliveryAttempt, by: string): void;
  drifted(hook: string, drift: Drift): void;
  leftAlone(hook: string, found: Drift): void;
}

/** The hooks of one farm, each with its own deliveries: one that hangs delays no other. */
export class FarmHooks implements AsyncDisposable {
  readonly #hooks: readonly FarmHook[];

  constructor(farm: FarmConfig<AnyHookType>, context: Omit<HookContext, 'farm'>, reports: HookReports) {
    const names = hookNames(farm.hooks.map(({ type }) => type.name));
    this.#hooks = farm.hooks.map(
      (hook, i) =>
        new FarmHook({
          name: names[i] ?? hook.type.name,
          definition: hookDefinition(hook),
          farm: farm.id,
          driver: hook.type.create(hook.options, { ...context, farm: hookFarm(farm) }),
          resyncMs: resyncOf(hook.options, farm),
          ...context,
          reports,
        }),
    );
  }

  /** Tells every hook of a change. */
  want(change: BackendChange): void {
    for (const { reconciler } of this.#hooks) reconciler.want(change);
  }

  /** Reminds hooks of what their balancers may show of a backend because of them, by hook. */
  recall(backend: string, told: Readonly<Record<string, readonly DesiredState[]>>): void {
    for (const { name, reconciler } of this.#hooks) reconciler.recall(backend, told[name] ?? []);
  }

  /** Goes on after a restart or a reload with a change from before, which some hooks have delivered. */
  resume(change: BackendChange, { delivered, deliveredBy }: HookMemory): void {
    for (const { name, definition, reconciler } of this.#hooks) {
      const latest = delivered[name];
      const by = deliveredBy?.[name] ?? definition;
      const pending = latest === undefined ? 'new' : 'pending';
      const holds = latest !== undefined && latest >= change.sequence && by === definition;
      reconciler.resume(change, holds ? 'delivered' : pending);
    }
  }

  /** Tells no hook about a backend any more: it was removed. */
  forget(backend: string): void {
    for (const { reconciler } of this.#hooks) reconciler.forget(backend);
  }

  /** Where each hook stands with a backend. */
  status(backend: string): DeliveryStatus[] {
    return this.#hooks.map(({ name, reconciler }) => ({ hook: name, ...reconciler.statusOf(backend) }));
  }

  /** How each hook fares as a whole. */
  get hooks(): HookStatus[] {
    return this.#hooks.map(({ name, driver, reconciler }) => {
      const { pending, counts } = reconciler;
      return { hook: name, driver: driver.name, pending, ...counts };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hooks.map(({ reconciler }) => reconciler[Symbol.asyncDispose]()));
  }
}

/** A farm as its hooks are told of it. */
export const hookFarm = (farm: FarmConfig): HookFarm => {
  const { id, backends } = farm;
  return { id, vip: vipText(farm), backends: backends.map(({ id, host, port }) => ({ id, host, port })) };
};

/** Stands for how a hook is configured, where its secrets are kept included. */
export const hookDefinition = ({ type, options }: HookConfig<AnyHookType>): string =>
  digest(JSON.stringify([type.name, options, secretsIn(options)]));

/** `exec`, `exec-2`, `nftlb` …: stable names for status, metrics and journal, by type and order. */
export const hookNames = (types: readonly string[]): string[] =>
  types.map((type, i) => {
    const before = types.slice(0, i).filter((other) => other === type).length;
    return before === 0 ? type : `${type}-${before + 1}`;
  });

/** A hook's own `resync` before its farm's; `undefined` for never. */
const resyncOf = (options: unknown, { resyncMs }: FarmConfig): number | undefined => {
  const { resync } = options as { readonly resync?: number | 'off' };
  return resync === 'off' ? undefined : (resync ?? resyncMs);
};

import { packageVersion } from '../checker/version.ts';
import type { Clock } from '../clock/clock.ts';
import { isoTime } from '../clock/iso-time.ts';
import { turn } from '../clock/turn.ts';
import type { Config } from '../config/config.ts';
import { diffFarms, type FarmPlans } from '../farm/diff.ts';
import { type PlannedCheck, planChecks, replanChecks } from '../farm/plan.ts';
import { isSelected, parseSelector, type Selector } from '../farm/selector.ts';
import type { AdminOrder } from '../health/admin-order.ts';
import type { AnyHookType } from '../hook/hook.ts';
import { Sharing } from '../hook/sharing.ts';
import type { BackendRecord } from '../journal/backend-record.ts';
import type { FarmsSettings } from '../journal/journal-entry.ts';
import type { Logger } from '../log/logger.ts';
import { CheckRoster } from './check-roster.ts';
import { CheckRuns } from './check-runs.ts';
import { checkedOrder } from './checked-order.ts';
import { type BackendName, createEvents } from './events.ts';
import { watchedSettings } from './farm-settings.ts';
import { FormerBackends } from './former-backends.ts';
import type { Guardian, GuardianOptions, ReloadReport } from './guardian.ts';
import { GuardianError } from './guardian-error.ts';
import type { BackendStatus, FarmStatus, GuardianStatus, GuardianSummary } from './guardian-status.ts';
import { Isolation } from './isolation.ts';
import type { Memory } from './memory.ts';
import { OrderClock } from './order-clock.ts';
import { preflight } from './preflight.ts';
import { backendStatusOf, farmStatusOf, summaryOf } from './status-of.ts';
import { type FarmSurroundings, WatchedFarm } from './watched-farm.ts';

/** The guardian at work: brings schedule, farms and memory together. */
export class RunningGuardian implements Guardian {
  readonly events = createEvents();
  readonly done: Promise<void>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #memory: Memory;
  readonly #runs: CheckRuns;
  readonly #roster: CheckRoster;
  readonly #isolation: Isolation;
  readonly #around: FarmSurroundings;
  readonly #orderClock: OrderClock;
  readonly #farms = new Map<string, WatchedFarm>();
  readonly #former = new FormerBackends();
  readonly #startedAt: number;
  #settings: FarmsSettings;
  #reloading: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #end: (error?: unknown) => void = () => {};

  constructor(config: Config<AnyHookType>, memory: Memory, { clock, log, dryRun }: Required<GuardianOptions>) {
    this.#clock = clock;
    this.#log = log;
    this.#memory = memory;
    this.#runs = new CheckRuns({ clock, log });
    this.#roster = new CheckRoster({
      clock,
      runs: this.#runs,
      limits: config.limits,
      onError: (error) => this.#fail(error),
    });
    this.#isolation = new Isolation({
      clock,
      canaries: config.canaries,
      onError: (error) => this.#fail(error),
      onChange: (isolated, why, doubtedSince) => this.#isolated(isolated, why, doubtedSince),
    });
    const { events } = this;
    const sharing = new Sharing();
    this.#around = { clock, log, memory, dryRun, events, sharing, roster: this.#roster, isolation: this.#isolation };
    this.#orderClock = new OrderClock(clock, () => this.#endOrders());
    this.#startedAt = clock.wallTime();
    this.done = new Promise((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever does not look at `done` must not be ended by it.
    this.done.catch(() => {});
    const plans: FarmPlans = new Map(config.farms.map((farm) => [farm.id, planChecks(farm)]));
    this.#settings = watchedSettings(config.farms, plans);
    memory.journal.append({ type: 'start', farms: this.#settings, remembers: memory.isFresh });
    for (const farm of config.farms)
      this.#farms.set(farm.id, new WatchedFarm(farm, memory.recovered, this.#around, plans.get(farm.id)));
    this.#endOrders();
    for (const { watch } of this.#farms.values()) watch.start();
    this.#enrol([...plans.values()].flat());
    const watched = new Set(this.#plans().map(({ id }) => id));
    for (const [id, record] of memory.recovered) if (!watched.has(id)) this.#former.left(id, record);
    memory.remember({
      records: () => this.#records(),
      former: () => this.#former.records,
      farms: () => this.#settings,
    });
  }

  status(): GuardianStatus {
    return { ...this.summary(), farms: [...this.farms()] };
  }

  summary(): GuardianSummary {
    return summaryOf({
      version: packageVersion,
      startedAt: this.#startedAt,
      farms: this.#farms.values(),
      schedule: this.#roster.stats,
      strays: this.#runs.strays,
      isolated: this.#isolation.status,
      dryRun: this.#around.dryRun,
      journalFault: this.#memory.journal.fault,
    });
  }

  *farms(): Generator<FarmStatus> {
    // Between two of them a reload may come.
    for (const id of [...this.#farms.keys()]) {
      const farm = this.farm(id);
      if (farm) yield farm;
    }
  }

  farm(id: string): FarmStatus | undefined {
    const farm = this.#farms.get(id);
    return farm && farmStatusOf(farm);
  }

  backend({ farm: id, backend }: BackendName): BackendStatus | undefined {
    const farm = this.#farms.get(id);
    return farm && backendStatusOf(farm, backend);
  }

  recheck(...selectors: Selector[]): number {
    const plans = this.#plans().filter(({ farm, backend }) => isSelected(selectors, farm, backend.id));
    for (const plan of plans) this.#roster.recheck(plan);
    return plans.length;
  }

  order({ farm, backend }: BackendName, given: AdminOrder): void {
    const order = checkedOrder(given);
    const farms = Array.from(this.#farms.values(), ({ watch }) => watch.config);
    parseSelector(`${farm}/${backend}`, farms);
    const watched = this.#farms.get(farm);
    const subject = watched?.watch.backend(backend);
    if (subject) watched?.order(subject, order);
    this.#setOrderClock();
  }

  reload(config: Config<AnyHookType>): Promise<ReloadReport> {
    const reloaded = this.#reloading.then(() => this.#reload(config));
    this.#reloading = reloaded.catch(() => {});
    return reloaded;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop().then(() => this.#end());
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #reload(config: Config<AnyHookType>): Promise<ReloadReport> {
    await preflight(config, { environment: true });
    const plans = await this.#plan(config);
    if (this.#stopping) throw new GuardianError('the guardian is stopping: it takes no other config');
    // From here on in one go: at no time is a part of one config in force beside a part of another.
    const before = new Map(Array.from(this.#farms, ([id, { planned }]) => [id, planned.plans]));
    const report = diffFarms(before, plans);
    const { kept, changed, added, removed } = report;
    const counts = { kept: kept.length, changed: changed.length, added: added.length, removed: removed.length };
    this.#settings = watchedSettings(config.farms, plans);
    this.#memory.journal.append({ type: 'reload', farms: this.#settings, ...counts });
    this.#roster.limit(config.limits);
    this.#isolation.canaries = config.canaries;
    const gone = new Set(removed);
    if (gone.size > 0) for (const [id, record] of this.#records()) if (gone.has(id)) this.#former.left(id, record);
    const closing = this.#adopt(config, plans);
    for (const id of added) this.#former.returned(id);
    this.#enrol(missingIn(before, plans));
    // Only now: a run that another backend wants as well has to live on.
    for (const plan of missingIn(plans, before)) closing.push(this.#roster.remove(plan));
    for (const id of removed) this.#isolation.forget(id);
    if (gone.size > 0) this.#memory.forget((id) => !gone.has(id));
    this.#memory.touch();
    this.#setOrderClock();
    this.#log.info({ config: config.file, ...counts }, 'reloaded');
    this.events.emit('reload', report);
    await Promise.all(closing);
    return report;
  }

  /** Plans the checks of a config, farm by farm, between which others get their turn. */
  async #plan({ farms }: Config<AnyHookType>): Promise<FarmPlans> {
    const plans = new Map<string, readonly PlannedCheck[]>();
    for (const farm of farms) {
      const known = this.#farms.get(farm.id)?.planned;
      plans.set(farm.id, known?.config === farm ? known.plans : replanChecks(farm, known));
      if (plans.get(farm.id) !== known?.plans) await turn();
    }
    return plans;
  }

  /** Brings the farms in line with a config, in its order; gives what is still closing. */
  #adopt({ farms }: Config<AnyHookType>, plans: FarmPlans): PromiseLike<void>[] {
    const before = new Map(this.#farms);
    const closing: PromiseLike<void>[] = [];
    this.#farms.clear();
    for (const config of farms) {
      const known = before.get(config.id);
      const planned = plans.get(config.id);
      const farm = known ?? new WatchedFarm(config, this.#former.records, this.#around, planned);
      this.#farms.set(config.id, farm);
      if (known) closing.push(known.adopt(config, planned ?? [], this.#former.records));
      else farm.watch.start();
      before.delete(config.id);
    }
    for (const removed of before.values()) closing.push(removed[Symbol.asyncDispose]());
    return closing;
  }

  /** Puts checks on the roster, each for its farm. */
  #enrol(plans: readonly PlannedCheck[]): void {
    this.#roster.add(
      plans.flatMap((plan) => {
        const audience = this.#farms.get(plan.farm);
        return audience ? [{ plan, audience }] : [];
      }),
    );
  }

  /** Cut off, the guardian freezes what is desired; back again, it decides on what it believes by then. */
  #isolated(isolated: boolean, why: string, doubtedSince: number | undefined): void {
    const doubted = doubtedSince !== undefined && { doubtedSince: isoTime(doubtedSince) };
    this.#memory.journal.append({ type: 'isolation', isolated, why, ...doubted });
    this.#log.warn(
      { isolated },
      isolated ? `cut off: every desired state is frozen: ${why}` : `cut off no more: ${why}`,
    );
    this.events.emit('isolation', { isolated, why });
    if (!isolated) for (const { watch } of this.#farms.values()) watch.start();
  }

  /** Takes back the operators' orders that have come to their end. */
  #endOrders(): void {
    for (const farm of this.#farms.values()) farm.endOrders(this.#clock.wallTime());
    this.#setOrderClock();
  }

  #setOrderClock(): void {
    const orders: AdminOrder[] = [];
    for (const { watch } of this.#farms.values())
      for (const { admin } of watch.eachBackend()) if (admin !== null) orders.push(admin);
    this.#orderClock.set(orders);
  }

  /** What is worth remembering, at this instant: the one thing that is done for all backends in one go. */
  #records(): [string, BackendRecord][] {
    const records: [string, BackendRecord][] = [];
    for (const farm of this.#farms.values()) farm.remember(records);
    return records;
  }

  #plans(): readonly PlannedCheck[] {
    return [...this.#farms.values()].flatMap(({ watch }) => watch.backends.map(({ plan }) => plan));
  }

  /** A bug of ours: better to stop with a message than to go on with beliefs that may be wrong. */
  #fail(error: unknown): void {
    this.#stopping ??= this.#stop().then(() => this.#end(error));
  }

  async #stop(): Promise<void> {
    this.#orderClock[Symbol.dispose]();
    await this.#reloading;
    await this.#roster[Symbol.asyncDispose]();
    await this.#isolation[Symbol.asyncDispose]();
    await this.#runs[Symbol.asyncDispose]();
    await Promise.all([...this.#farms.values()].map((farm) => farm[Symbol.asyncDispose]()));
    await this.#memory[Symbol.asyncDispose]();
  }
}

/** Those of `plans` whose runs their backends do not want by `others`. */
const missingIn = (others: FarmPlans, plans: FarmPlans): PlannedCheck[] =>
  [...plans].flatMap(([farm, planned]) => {
    const known = others.get(farm);
    if (known === planned) return [];
    const runs = new Map(known?.map(({ id, run }) => [id, run]));
    return planned.filter(({ id, run }) => runs.get(id) !== run);
  });

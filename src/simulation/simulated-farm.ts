import { result } from '../checker/result.ts';
import { isoTime } from '../clock/iso-time.ts';
import { type Decision, FarmWatch } from '../guardian/farm-watch.ts';
import {
  intervalIn,
  recordOf,
  statePolicyOf,
  type WatchedPlan,
  type WatchedRules,
} from '../guardian/watched-backend.ts';
import { resumeHealth } from '../health/backend-health.ts';
import { evidenceIn } from '../health/evidence.ts';
import { leastUp } from '../health/farm-guard.ts';
import type { BackendChange } from '../hook/hook.ts';
import { afresh, type BackendRecord, emptyRecord } from '../journal/backend-record.ts';
import type { Standing } from '../journal/chapter.ts';
import { DueQueue } from '../schedule/due-queue.ts';
import { isDoubted } from './doubt.ts';
import { FarmLedger } from './farm-ledger.ts';
import { type CutOff, type FarmRecord, membersOf, type RecordedEvent, type Sighting } from './record.ts';
import { judgeAlike, recordedSettings, rulesOf, type Settings, usualSettings } from './settings.ts';
import { nothingBelieved, SimulatedCheck } from './simulated-check.ts';

/** Changes the settings that were recorded. */
export type Change = (recorded: Settings, farm: string) => Settings;

type WatchEvent = Extract<RecordedEvent, { readonly type: 'watch' }>;
type OrderEvent = Extract<RecordedEvent, { readonly type: 'order' }>;

/** A run of a check, recorded or simulated. */
interface Run extends Pick<Sighting, 'startedAt' | 'at' | 'spell' | 'counted'> {}

/** What a result says besides its status is in no report. */
const anyResult = result({ status: 'OK', code: 'ok', summary: '' });

/**
 * A farm as it would have been: what really watches farms is given the recorded results and orders under other
 * settings. As long as it would look as often as the guardian did, it sees what the guardian saw, when it saw it;
 * otherwise it looks when the scheduler would have, and finds what the backend was like then.
 */
export class SimulatedFarm {
  readonly ledger: FarmLedger;
  readonly #record: FarmRecord;
  readonly #cutOffs: readonly CutOff[];
  readonly #change: Change;
  readonly #checks: ReadonlyMap<string, SimulatedCheck>;
  readonly #queue = new DueQueue<SimulatedCheck>();
  #watch: FarmWatch<WatchedRules, WatchedPlan>;
  /** What the guardian watched it by. */
  #recorded = rulesOf('', usualSettings);
  #recordedPolicy = statePolicyOf(this.#recorded);
  #settings = usualSettings;
  /** Whether the same results make the same beliefs as they did. */
  #isAlike = true;
  #isFrozen = false;
  #isAway = true;
  /** Whether a guardian has started, and has not decided yet on what it knows. */
  #isStarting = false;
  #at = 0;
  #sequence = 0;

  constructor(record: FarmRecord, cutOffs: readonly CutOff[], change: Change) {
    this.#record = record;
    this.#cutOffs = cutOffs;
    this.#change = change;
    this.ledger = new FarmLedger(record.id);
    this.#checks = new Map(Array.from(record.backends, ([id, checks]) => [id, new SimulatedCheck(id, checks)]));
    this.#watch = this.#watching([], new Map());
  }

  /** Takes the next of its events, and makes the checks that come before. */
  take(event: RecordedEvent): void {
    // A guardian that starts ends orders before it decides.
    if (this.#isStarting && !(event.type === 'order' && event.ended)) this.#decide();
    this.#makeChecks(event.at);
    this.#at = Math.max(this.#at, event.at);
    switch (event.type) {
      case 'watch':
        this.#begin(event);
        break;
      case 'away':
        for (const check of this.#checks.values()) this.#queue.delete(check);
        this.#isFrozen = false;
        this.#isAway = true;
        this.ledger.away(this.#at);
        break;
      case 'isolation':
        this.#isFrozen = event.isolated;
        this.ledger.because(this.#at);
        if (!event.isolated) this.#watch.start();
        this.#lookAgain();
        break;
      case 'order':
        this.#order(event);
        break;
      case 'seen':
        this.#see(event.sighting);
        break;
      case 'turned':
      case 'desired':
        break;
      default:
        event satisfies never;
    }
  }

  #makeChecks(until: number): void {
    for (let { first } = this.#queue; first && first.due < until; { first } = this.#queue) {
      this.#at = Math.max(this.#at, first.due);
      const { startedAt, due: at, spell } = first;
      const awaited = first.sighting?.startedAt ?? Number.POSITIVE_INFINITY;
      this.#queue.delete(first);
      // The guardian made this one, and the journal tells when exactly.
      if (this.#isInStep(first) && awaited <= startedAt + this.#watch.intervalMs(first.backend) / 2) continue;
      if (spell) this.#take(first, { startedAt, at, spell, counted: false });
    }
  }

  #begin({ at, settings, remembers, standing }: WatchEvent): void {
    const { id } = this.#record;
    const members = settings === null ? new Map<string, string>() : membersOf(this.#record, settings);
    const recorded = recordedSettings(settings);
    this.#recorded = rulesOf(id, recorded);
    this.#recordedPolicy = statePolicyOf(this.#recorded);
    this.#settings = this.#change(recorded, id);
    this.#isAlike = judgeAlike(recorded, this.#settings);
    const known = new Map(
      Array.from(members, ([backend, definition]) => {
        const isSame = this.#watch.backend(backend)?.plan.definition === definition;
        return [backend, remembers && isSame];
      }),
    );
    this.ledger.watch(at, leastUp(this.#settings.guard, members.size), known);
    if (standing) for (const backend of members.keys()) this.ledger.stand(backend, standing(backend));
    const plans = Array.from(members, ([backend, definition]) => planOf(id, backend, definition));
    if (remembers) this.#watch.adopt(rulesOf(id, this.#settings), plans);
    else this.#watch = this.#watching(plans, standing ? this.#standings(plans, standing) : this.#orders(plans));
    for (const [backend, check] of this.#checks)
      if (!known.get(backend)) check.recorded = standing?.(backend) ?? nothingBelieved;
    this.#isStarting = this.#isAway;
    this.#isAway = false;
    if (!this.#isStarting) this.#decide();
    this.#lookAgain();
  }

  #decide(): void {
    this.#isStarting = false;
    this.#watch.start();
  }

  #watching(plans: readonly WatchedPlan[], records: ReadonlyMap<string, BackendRecord>) {
    return new FarmWatch<WatchedRules, WatchedPlan>(rulesOf(this.#record.id, this.#settings), plans, records, {
      isFrozen: () => this.#isFrozen,
      turned: ({ backend }, { to }) => this.ledger.turned(backend.id, to, this.#at),
      counted: () => {},
      flap: () => {},
      flapping: () => {},
      desired: (decision) => this.#desired(decision),
    });
  }

  #desired(decision: Decision): BackendChange {
    this.ledger.desired(decision.backend, decision.state, this.#at);
    return { ...decision, sequence: ++this.#sequence, at: isoTime(this.#at) };
  }

  /** Of what a guardian does not remember, orders stay. */
  #orders(plans: readonly WatchedPlan[]): Map<string, BackendRecord> {
    const records = plans.flatMap((plan) => {
      const watched = this.#watch.backend(plan.backend.id);
      return watched ? [[plan.id, afresh(recordOf(watched), plan.definition)] as const] : [];
    });
    return new Map(records);
  }

  #standings(plans: readonly WatchedPlan[], standing: (backend: string) => Standing): Map<string, BackendRecord> {
    return new Map(
      plans.map((plan) => {
        const { backend, definition } = plan;
        const { health, flap, admin, desired: state } = standing(backend.id);
        const desired = state && { ...backend, ...nothingElse, farm: plan.farm, backend: backend.id, state };
        return [plan.id, { ...emptyRecord(definition), health, flap, admin, desired }];
      }),
    );
  }

  #order({ backend, order, ended }: OrderEvent): void {
    this.ledger.ordered(backend, order.state !== 'ready', this.#at);
    this.#watch.order(backend, order, ended);
    const check = this.#checks.get(backend);
    if (!check || order.state !== 'ready' || ended) return;
    check.recorded = { ...check.recorded, health: resumeHealth(check.recorded.health) };
    this.#lookAgain([check]);
  }

  #see(sighting: Sighting): void {
    const check = this.#checks.get(sighting.backend);
    if (!check) return;
    const isInStep = this.#isInStep(check);
    check.pass(sighting, this.#recordedInterval(check));
    if (this.#isAlike || isInStep) this.#take(check, sighting);
  }

  #take(check: SimulatedCheck, { startedAt, at, spell, counted }: Run): void {
    const watched = this.#watch.backend(check.backend);
    if (!watched) return;
    const { plan, health, flap } = watched;
    const evidence = evidenceIn(spell, this.#settings.evidence);
    this.ledger.evidence(check.backend, evidence, spell.from);
    const isDecisive = () => this.#watch.wouldTurnDown(plan, evidence, at);
    const doubted = evidence === 'fail' && !counted && isDoubted({ startedAt, at, isDecisive }, this.#cutOffs);
    this.#watch.believe(plan, doubted ? 'neutral' : evidence, at, anyResult);
    check.spell = spell;
    // What changed nothing changes nothing the next time either, as long as nothing else happens.
    const settled = watched.health === health && watched.flap === flap && (!doubted || this.#isFrozen);
    const intervalMs = this.#watch.intervalMs(check.backend);
    this.#plan(check, () => (settled ? check.skip(intervalMs) : check.follow(startedAt, at, intervalMs)));
  }

  /** Something has happened, so that what changed nothing may now change something. */
  #lookAgain(checks: Iterable<SimulatedCheck> = this.#checks.values()): void {
    for (const check of checks)
      this.#plan(
        check,
        () =>
          this.#watch.backend(check.backend) !== undefined &&
          check.begin(this.#at, this.#watch.intervalMs(check.backend)),
      );
  }

  /** Checks of one's own are of no use where the journal tells of all that changed something. */
  #plan(check: SimulatedCheck, stand: () => boolean): void {
    if (!this.#isAlike && stand()) this.#queue.set(check);
    else this.#queue.delete(check);
  }

  #isInStep(check: SimulatedCheck): boolean {
    return this.#watch.intervalMs(check.backend) === this.#recordedInterval(check);
  }

  #recordedInterval({ recorded }: SimulatedCheck): number {
    return intervalIn(recorded, this.#recordedPolicy, this.#recorded.rhythm);
  }
}

/** A change that happened before the journal begins. */
const nothingElse = { vip: '', previous: null, code: 'ok', summary: '', sequence: 0, at: isoTime(0) } as const;

const planOf = (farm: string, id: string, definition: string): WatchedPlan => ({
  id: `${farm}/${id}`,
  farm,
  backend: { id, host: '', port: 0 },
  definition,
});

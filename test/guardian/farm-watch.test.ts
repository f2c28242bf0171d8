import fc from 'fast-check';
import { expect, it } from 'vitest';
import { result } from '../../src/checker/result.ts';
import type { FarmConfig, GuardConfig } from '../../src/config/config.ts';
import { planChecks } from '../../src/farm/plan.ts';
import { FarmWatch } from '../../src/guardian/farm-watch.ts';
import type { WatchedBackend } from '../../src/guardian/watched-backend.ts';
import { type AdminState, adminStates } from '../../src/health/admin-order.ts';
import { beliefOf, type Evidence } from '../../src/health/backend-health.ts';
import { leastUp } from '../../src/health/farm-guard.ts';
import { FarmLab } from './a-farm.ts';

type Step =
  | { readonly what: 'evidence'; readonly backend: number; readonly evidence: Evidence }
  | { readonly what: 'order'; readonly backend: number; readonly state: AdminState }
  | { readonly what: 'freeze'; readonly frozen: boolean };

const backends = ['b1', 'b2', 'b3', 'b4'];

/** A farm that is told what to believe, and what it desires. */
class Ledger {
  frozen = false;
  readonly watch: FarmWatch;
  #at = 0;

  constructor(config: FarmConfig) {
    let sequence = 0;
    this.watch = new FarmWatch(config, planChecks(config), new Map(), {
      isFrozen: () => this.frozen,
      turned: () => {},
      counted: () => {},
      flap: () => {},
      flapping: () => {},
      desired: (decision) => ({ ...decision, sequence: ++sequence, at: '' }),
    });
    this.watch.start();
  }

  take(step: Step): void {
    if (step.what === 'freeze') {
      this.frozen = step.frozen;
      if (!step.frozen) this.watch.start();
      return;
    }
    const id = backends[step.backend] ?? '';
    const plan = this.watch.backend(id)?.plan;
    if (step.what === 'order')
      this.watch.order(id, { state: step.state, author: 'ann', reason: '', until: null }, false);
    else if (plan)
      this.watch.believe(plan, step.evidence, this.#at++, result({ status: 'OK', code: 'ok', summary: '' }));
  }

  /** What is desired of each backend, one word each. */
  get desired(): string[] {
    return this.watch.backends.map(({ desired }) => desired?.state ?? 'nothing');
  }

  /** How many are in rotation, those included of which nothing was signalled yet. */
  get inRotation(): number {
    return this.desired.filter((state) => state === 'up' || state === 'nothing').length;
  }
}

const anyBackend = fc.nat(backends.length - 1);
const anyEvidence: fc.Arbitrary<Step> = fc.record({
  what: fc.constant('evidence' as const),
  backend: anyBackend,
  evidence: fc.constantFrom<Evidence>('pass', 'fail', 'fail', 'neutral'),
});
const anyOrder: fc.Arbitrary<Step> = fc.record({
  what: fc.constant('order' as const),
  backend: anyBackend,
  state: fc.constantFrom(...adminStates),
});
const anyFreeze: fc.Arbitrary<Step> = fc.record({ what: fc.constant('freeze' as const), frozen: fc.boolean() });
const anyStep = fc.oneof(
  { weight: 12, arbitrary: anyEvidence },
  { weight: 2, arbitrary: anyOrder },
  { weight: 1, arbitrary: anyFreeze },
);

const anyGuard: fc.Arbitrary<GuardConfig> = fc.record({
  minUp: fc.oneof(fc.record({ count: fc.nat(4) }), fc.record({ percent: fc.nat(100) })),
  whenAllFail: fc.constantFrom('down' as const, 'hold' as const),
});

const anyFarm = fc.record({
  guard: anyGuard,
  policy: fc.record({ rise: fc.integer({ min: 1, max: 3 }), fall: fc.integer({ min: 1, max: 3 }) }),
  flapping: fc.constantFrom(undefined, { high: 30, low: 25 }),
  manualResume: fc.boolean(),
});

/** Plays steps on farms of any settings, and looks at what each of them did. */
const always = async (
  steps: fc.Arbitrary<Step>,
  check: (moment: { before: string[]; rotated: number; ledger: Ledger; step: Step; guard: GuardConfig }) => void,
): Promise<void> => {
  await using lab = await FarmLab.open();
  fc.assert(
    fc.property(anyFarm, fc.array(steps, { maxLength: 60 }), (parts, played) => {
      const [config] = lab.config({ ...parts, backends: backends.map((id) => ({ id, host: id, port: 21 })) }).farms;
      if (!config) throw new Error('no farm');
      const ledger = new Ledger(config);
      for (const step of played) {
        const { desired: before, inRotation: rotated } = ledger;
        ledger.take(step);
        check({ before, rotated, ledger, step, guard: parts.guard });
      }
    }),
  );
};

const obeys = ({ admin, desired, health }: WatchedBackend): boolean => {
  switch (admin?.state) {
    case 'forced-up':
      return desired?.state === 'up';
    case 'forced-down':
    case 'maintenance':
      return desired?.state === 'down';
    case 'drain':
      return desired?.state === (beliefOf(health) === 'down' ? 'down' : 'drain');
    default:
      // Nothing else is signalled before there is evidence.
      return desired?.state !== 'drain' || beliefOf(health) === undefined;
  }
};

it('obeys every order, whatever comes', async () => {
  await always(anyStep, ({ ledger, step }) => {
    const touched = step.what === 'freeze' ? undefined : backends[step.backend];
    for (const backend of ledger.watch.backends)
      if (!ledger.frozen || (backend.admin && backend.plan.backend.id === touched))
        expect(obeys(backend), `${JSON.stringify(step)} leaves ${ledger.desired}`).toBe(true);
  });
});

it('leaves a backend as it was ordered, once that is taken back, until there is evidence', async () => {
  await using lab = await FarmLab.open();
  const [config] = lab.config({ backends: backends.map((id) => ({ id, host: id, port: 21 })) }).farms;
  if (!config) throw new Error('no farm');
  const ledger = new Ledger(config);
  ledger.take({ what: 'order', backend: 3, state: 'drain' });
  ledger.take({ what: 'order', backend: 3, state: 'ready' });
  expect(ledger.desired).toEqual(['nothing', 'nothing', 'nothing', 'drain']);
  ledger.take({ what: 'evidence', backend: 3, evidence: 'pass' });
  expect(ledger.desired).toEqual(['nothing', 'nothing', 'nothing', 'up']);
});

it('never takes a farm below minUp for what it believes, but for a farm that may go down as a whole', async () => {
  await always(anyEvidence, ({ rotated, ledger, guard }) => {
    const all = ledger.watch.backends.every(({ health }) => beliefOf(health) === 'down');
    if (all && guard.whenAllFail === 'down') return;
    expect(ledger.inRotation).toBeGreaterThanOrEqual(Math.min(leastUp(guard, backends.length), rotated));
    if (all && rotated > 0) expect(ledger.inRotation).toBeGreaterThan(0);
  });
});

it('never brings a backend back that is believed down, unless an operator says so', async () => {
  await always(anyStep, ({ before, ledger }) => {
    for (const [i, { admin, health, desired }] of ledger.watch.backends.entries())
      if (before[i] === 'down' && desired?.state === 'up' && admin === null) expect(beliefOf(health)).toBe('up');
  });
});

it('desires the same after evidence that says nothing', async () => {
  await always(anyStep, ({ before, ledger, step }) => {
    if (step.what === 'evidence' && step.evidence === 'neutral') expect(ledger.desired).toEqual(before);
  });
});

it('desires the same while it is frozen, but for what is ordered', async () => {
  await always(anyStep, ({ before, ledger, step }) => {
    if (!ledger.frozen) return;
    const ordered = step.what === 'order' ? step.backend : -1;
    for (const [i, { admin }] of ledger.watch.backends.entries())
      if (admin === null && i !== ordered) expect(ledger.desired[i]).toBe(before[i]);
  });
});

it('leaves nothing undecided: to decide once more changes nothing', async () => {
  await always(anyStep, ({ ledger }) => {
    const { desired } = ledger;
    const held = ledger.watch.backends.map((backend) => backend.held);
    if (ledger.frozen) return;
    ledger.watch.start();
    expect(ledger.desired).toEqual(desired);
    expect(ledger.watch.backends.map((backend) => backend.held)).toEqual(held);
  });
});

it('takes an order, and its end, while it is frozen', async () => {
  await using lab = await FarmLab.open();
  const [farm] = lab.config({ backends: backends.map((id) => ({ id, host: id, port: 21 })) }).farms;
  const ledger = new Ledger(farm as FarmConfig);
  for (let backend = 0; backend < backends.length; backend++)
    ledger.take({ what: 'evidence', backend, evidence: 'pass' });
  ledger.take({ what: 'freeze', frozen: true });
  ledger.take({ what: 'order', backend: 0, state: 'maintenance' });
  expect(ledger.desired).toEqual(['down', 'up', 'up', 'up']);
  ledger.take({ what: 'order', backend: 0, state: 'ready' });
  for (let i = 0; i < 9; i++) ledger.take({ what: 'evidence', backend: 1, evidence: 'fail' });
  // Taken back is nothing here.
  ledger.take({ what: 'order', backend: 1, state: 'ready' });
  expect(ledger.desired).toEqual(['up', 'up', 'up', 'up']);
});

import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Check } from '../checker/checker.ts';
import { Secret } from '../checker/secret.ts';
import type { BackendConfig, FarmConfig, Rhythm } from '../config/config.ts';

/** One check that the guardian runs: a backend of a farm, and how and when to look at it. */
export interface PlannedCheck {
  /** `FARM/BACKEND`. */
  readonly id: string;
  readonly farm: string;
  readonly backend: BackendConfig;
  readonly check: Check;
  readonly rhythm: Rhythm;
  /**
   * Stands for what is looked at and how. Remembered health is believed only while it is the same: what was known
   * of another server, or by another check, says nothing.
   */
  readonly definition: string;
  /**
   * Stands for the definition, the time a run may take and where secrets are kept: checks of which it is the same can
   * share one run.
   */
  readonly run: string;
}

/** The checks of a farm, one a backend, in the order of the config. */
export const planChecks = (farm: FarmConfig): readonly PlannedCheck[] => farm.backends.map(planner(farm));

/** What was planned of a farm under the config before. */
export interface PlannedFarm {
  readonly config: FarmConfig;
  readonly plans: readonly PlannedCheck[];
}

/** As {@link planChecks}, but a check that stays the same keeps its plan, the very object. */
export const replanChecks = (farm: FarmConfig, before: PlannedFarm | undefined): readonly PlannedCheck[] => {
  if (!before || !plansAlike(farm, before.config)) return planChecks(farm);
  if (farm.backends === before.config.backends) return before.plans;
  const known = new Map(before.plans.map((plan) => [plan.backend.id, plan]));
  const plan = planner(farm);
  return farm.backends.map((backend) => {
    const same = known.get(backend.id);
    return same && isSameServer(same.backend, backend) ? same : plan(backend);
  });
};

/** Whether two farms differ in their backends at most, as far as the plan of a check goes. */
const plansAlike = (a: FarmConfig, b: FarmConfig): boolean =>
  a === b || (a.id === b.id && signatureOf(a) === signatureOf(b) && isDeepStrictEqual(a.rhythm, b.rhythm));

const isSameServer = (a: BackendConfig, b: BackendConfig): boolean =>
  a === b || (a.host === b.host && a.port === b.port && a.family === b.family);

/** What a farm's checks have in common. */
const signatureOf = ({ check: { checker, options } }: FarmConfig): string =>
  [checker.name, JSON.stringify(options), ...secretsIn(options)].join('\n');

/** Where the secrets in options are kept: as JSON no two of them differ. */
export const secretsIn = (options: unknown): string[] =>
  Object.values(options as object)
    .filter((value) => value instanceof Secret)
    .map(String);

const planner = ({ id: farm, check, rhythm }: FarmConfig) => {
  const name = JSON.stringify(check.checker.name);
  const options = JSON.stringify(check.options);
  const manner = [rhythm.timeoutMs, ...secretsIn(check.options)].join(' ');
  return (backend: BackendConfig): PlannedCheck => {
    const { host, port, family } = backend;
    const bound: Check = { ...check, target: { host, port, family } };
    const definition = digest(`[${name},${JSON.stringify(bound.target)},${options}]`);
    const run = `${definition} ${manner}`;
    return { id: `${farm}/${backend.id}`, farm, backend, check: bound, rhythm, definition, run };
  };
};

/** Stands for a text: eight bytes in hex, made of bytes, as a piece of the longer text would keep all of it in memory. */
export const digest = (text: string): string => hash('sha256', text, 'buffer').toString('hex', 0, 8);

import { createHash } from 'node:crypto';
import type { Check } from '../checker/checker.ts';
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
  /** Stands for the definition and the time a run may take: checks of which it is the same can share one run. */
  readonly run: string;
}

/** The checks of a farm, one a backend, in the order of the config. */
export const planChecks = ({ id: farm, check, backends, rhythm }: FarmConfig): readonly PlannedCheck[] => {
  const name = JSON.stringify(check.checker.name);
  const options = JSON.stringify(check.options);
  return backends.map((backend) => {
    const { host, port, family } = backend;
    const bound: Check = { ...check, target: { host, port, family } };
    const definition = digest(`[${name},${JSON.stringify(bound.target)},${options}]`);
    const run = `${definition} ${rhythm.timeoutMs}`;
    return { id: `${farm}/${backend.id}`, farm, backend, check: bound, rhythm, definition, run };
  });
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

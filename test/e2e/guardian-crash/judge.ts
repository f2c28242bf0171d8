import { type BackendHealth, reduceHealth, unknownHealth } from '../../../src/health/backend-health.ts';
import type { JournalEntry } from '../../../src/journal/journal-entry.ts';
import { type Desired, policy, type Told } from './lives.ts';

/** What is to be desired of each backend at the end of a journal: what it was believed last. */
export const desiredIn = (entries: readonly JournalEntry[], backends: readonly string[]): Desired =>
  Object.fromEntries(
    backends.map((id) => {
      const last = entries.findLast((entry) => entry.type === 'turned' && entry.backend === id);
      return [id, last?.type === 'turned' ? last.to : null];
    }),
  );

/**
 * What is wrong with a journal: every step of the belief in a backend must be one that a guardian without interruption
 * takes, every decision must follow from it, and no number may be missing or there twice.
 */
export const faultsOf = (entries: readonly JournalEntry[]): string[] => {
  const faults: string[] = [];
  const health = new Map<string, BackendHealth>();
  const desired = new Map<string, string>();
  for (const [i, entry] of entries.entries()) {
    const { sequence } = entry;
    if (sequence !== i + 1) faults.push(`entry ${i + 1} has the number ${sequence}`);
    if (entry.type === 'turned' || entry.type === 'counted') {
      const before = health.get(entry.backend) ?? unknownHealth;
      if (!isStep(before, entry.health))
        faults.push(`#${sequence} ${JSON.stringify([before, entry.health])} is no step`);
      health.set(entry.backend, entry.health);
    }
    if (entry.type === 'desired') {
      const before = desired.get(entry.backend) ?? null;
      if (entry.previous !== before || entry.state === before) faults.push(`#${sequence} ${before} → ${entry.state}`);
      desired.set(entry.backend, entry.state);
    }
  }
  return faults;
};

/** While a backend flaps, each of its latest 20 changes costs one more pass. */
const rises = Array.from({ length: 21 }, (_, more) => policy.rise + more);

/** Whether one result, whichever, leads from one health to the next. */
const isStep = (before: BackendHealth, after: BackendHealth): boolean =>
  rises.some((rise) =>
    (['pass', 'fail'] as const).some((evidence) => {
      const at = 'since' in after ? after.since : 0;
      const { health } = reduceHealth(before, { evidence, at }, { ...policy, rise });
      return JSON.stringify(health) === JSON.stringify(after);
    }),
  );

/** What is wrong with what a balancer was told: an older state after a newer one, or none of what was decided last. */
export const faultsInTelling = (told: readonly Told[], desired: Desired): string[] => {
  const faults: string[] = [];
  const latest = new Map<string, Told>();
  for (const each of told) {
    const before = latest.get(each.backend);
    if (before && before.sequence > each.sequence)
      faults.push(`${each.backend}: #${each.sequence} after #${before.sequence}`);
    latest.set(each.backend, each);
  }
  for (const [id, state] of Object.entries(desired))
    if ((latest.get(id)?.state ?? null) !== state)
      faults.push(`${id}: told ${latest.get(id)?.state}, desired ${state}`);
  return faults;
};

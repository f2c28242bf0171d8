import type { FarmConfig } from '../config/config.ts';
import type { FarmPlans } from '../farm/diff.ts';
import type { FarmSettings, FarmsSettings } from '../journal/journal-entry.ts';

/** How a farm is looked at and judged, as the journal keeps it. */
export const settingsOf = (farm: FarmConfig): FarmSettings => {
  const { policy, rhythm, evidence, flapping, manualResume, guard } = farm;
  const { rise, fall } = policy;
  const { intervalMs, fastIntervalMs, downIntervalMs } = rhythm;
  const judgement = { evidence, flapping: flapping ?? null, manualResume, guard };
  return { rise, fall, intervalMs, fastIntervalMs, downIntervalMs, ...judgement };
};

/** What the journal keeps of all farms when it begins to watch them: their settings, and what they consist of. */
export const watchedSettings = (farms: readonly FarmConfig[], plans: FarmPlans): FarmsSettings =>
  Object.fromEntries(
    farms.map((farm) => {
      const checks = plans.get(farm.id) ?? [];
      const backends = Object.fromEntries(checks.map(({ backend, definition }) => [backend.id, definition]));
      return [farm.id, { ...settingsOf(farm), backends }];
    }),
  );

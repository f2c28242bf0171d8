import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { WatchedRules } from '../guardian/watched-backend.ts';
import { evidenceOf } from '../health/evidence.ts';
import { canHold } from '../health/farm-guard.ts';
import type { FarmSettings } from '../journal/journal-entry.ts';

/** All settings of a farm that a simulation takes into account. */
export type Settings = Required<Omit<FarmSettings, 'backends'>>;

/** What a config has by default. */
export const usualSettings: Settings = {
  rise: 2,
  fall: 3,
  intervalMs: 5_000,
  fastIntervalMs: 1_000,
  downIntervalMs: 5_000,
  evidence: evidenceOf,
  flapping: { high: 30, low: 25 },
  manualResume: false,
  guard: { minUp: { count: 0 }, whenAllFail: 'down' },
};

/** Settings that somebody would like to try; the others stay. */
export type SettingChanges = Partial<Omit<Settings, 'evidence' | 'guard'>> & {
  readonly evidence?: Partial<Settings['evidence']>;
  readonly guard?: Partial<Settings['guard']>;
};

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const duration = v.pipe(v.number(), v.finite(), v.minValue(1));
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const says = v.picklist(['pass', 'fail', 'neutral']);
const minUp = v.union([v.object({ count: v.pipe(v.number(), v.safeInteger()) }), v.object({ percent })]);

/** What of a journal may be believed: a part that is missing or damaged is the usual one. */
const recordedSchema = v.object({
  rise: v.fallback(count, usualSettings.rise),
  fall: v.fallback(count, usualSettings.fall),
  intervalMs: v.fallback(duration, usualSettings.intervalMs),
  fastIntervalMs: v.fallback(duration, usualSettings.fastIntervalMs),
  downIntervalMs: v.fallback(duration, usualSettings.downIntervalMs),
  evidence: v.fallback(v.object({ OK: says, WARNING: says, CRITICAL: says, UNKNOWN: says }), usualSettings.evidence),
  flapping: v.fallback(v.nullable(v.object({ high: percent, low: percent })), usualSettings.flapping),
  manualResume: v.fallback(v.boolean(), usualSettings.manualResume),
  guard: v.fallback(v.object({ minUp, whenAllFail: v.picklist(['down', 'hold']) }), usualSettings.guard),
});

/** The settings that a journal tells of a farm, the usual ones where it tells none. */
export const recordedSettings = (recorded: unknown): Settings => {
  const { success, output } = v.safeParse(recordedSchema, recorded);
  return success ? output : usualSettings;
};

/** Whether a journal tells all settings of a farm: the first versions wrote less. */
export const areWhole = (recorded: FarmSettings | undefined): boolean => recorded?.guard !== undefined;

/** What is not given stays, but for what a config would have by default beside what is given. */
export const changedSettings = (settings: Settings, changes: SettingChanges): Settings => {
  const { intervalMs = settings.intervalMs, evidence, guard, ...others } = changes;
  const followsInterval = settings.downIntervalMs === settings.intervalMs;
  return {
    ...settings,
    fastIntervalMs: Math.min(settings.fastIntervalMs, intervalMs),
    downIntervalMs: followsInterval ? intervalMs : settings.downIntervalMs,
    intervalMs,
    ...others,
    evidence: { ...settings.evidence, ...evidence },
    guard: changedGuard(settings.guard, guard ?? {}),
  };
};

type Guard = Settings['guard'];

const changedGuard = (guard: Guard, { minUp = guard.minUp, whenAllFail }: Partial<Guard>): Guard => {
  const followsMinUp = guard.whenAllFail === usualWhenAllFail(guard.minUp);
  return { minUp, whenAllFail: whenAllFail ?? (followsMinUp ? usualWhenAllFail(minUp) : guard.whenAllFail) };
};

const usualWhenAllFail = (minUp: Guard['minUp']): Guard['whenAllFail'] =>
  canHold({ minUp, whenAllFail: 'down' }) ? 'hold' : 'down';

/** Whether the same results make the same beliefs under both: all but the guard is the same. */
export const judgeAlike = ({ guard: _a, ...one }: Settings, { guard: _b, ...other }: Settings): boolean =>
  isDeepStrictEqual(one, other);

/** What a farm of these settings is watched by. Nothing runs in a simulation, so nothing has a timeout. */
export const rulesOf = (id: string, settings: Settings): WatchedRules => {
  const { rise, fall, intervalMs, fastIntervalMs, downIntervalMs, evidence, flapping, manualResume, guard } = settings;
  return {
    id,
    policy: { rise, fall },
    rhythm: { intervalMs, fastIntervalMs, downIntervalMs, timeoutMs: 0 },
    evidence,
    flapping: flapping ?? undefined,
    manualResume,
    guard,
  };
};

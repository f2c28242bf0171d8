import type { Policy, Rhythm } from './config.ts';
import type { RhythmSettings } from './schema.ts';

/** A farm's own settings before `defaults` before ours. */
export const rhythmOf = (
  own: RhythmSettings,
  defaults: RhythmSettings,
): { readonly policy: Policy; readonly rhythm: Rhythm; readonly resyncMs: number | undefined } => {
  const intervalMs = own.interval ?? defaults.interval ?? 5_000;
  const resync = own.resync ?? defaults.resync ?? 15_000;
  return {
    policy: { rise: own.rise ?? defaults.rise ?? 2, fall: own.fall ?? defaults.fall ?? 3 },
    rhythm: {
      intervalMs,
      fastIntervalMs: own.fastInterval ?? defaults.fastInterval ?? Math.min(1_000, intervalMs),
      downIntervalMs: own.downInterval ?? defaults.downInterval ?? intervalMs,
      timeoutMs: own.timeout ?? defaults.timeout ?? 3_000,
    },
    resyncMs: resync === 'off' ? undefined : resync,
  };
};

import type { FarmConfig } from './config.ts';
import type { FarmSubject } from './farm-config.ts';
import type { FarmSettings } from './schema.ts';

/** How a farm takes results: its own settings before `defaults` before ours. */
export const judgementOf = (
  own: FarmSettings,
  { defaults, problems, path }: Pick<FarmSubject<never>, 'defaults' | 'problems' | 'path'>,
): Pick<FarmConfig, 'evidence' | 'flapping' | 'manualResume'> => {
  const { warning = 'pass', critical = 'fail', unknown = 'neutral' } = { ...defaults.evidence, ...own.evidence };
  const flapping = own.flapping ?? defaults.flapping ?? {};
  const { high = 30, low = Math.min(25, high) } = flapping === 'off' ? {} : flapping;
  if (low > high) {
    const place = own.flapping ? path : ['defaults'];
    problems.add([...place, 'flapping', 'low'], `is ${low}, above high, which is ${high}`);
  }
  return {
    evidence: { OK: 'pass', WARNING: warning, CRITICAL: critical, UNKNOWN: unknown },
    flapping: flapping === 'off' ? undefined : { high, low },
    manualResume: own.manualResume ?? defaults.manualResume ?? false,
  };
};

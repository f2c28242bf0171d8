import { stringify } from 'yaml';
import { options, Range } from '../checker/index.ts';
import { formatDuration } from '../clock/duration.ts';
import { formatAddress } from './address.ts';
import type { Config, Described, FarmConfig } from './config.ts';

type Plain = Record<string, unknown>;

/**
 * A config as it is in force, every default filled in, as the text of a file that would say the same. Secrets are
 * masked.
 */
export const printConfig = ({ file, limits, listen, canaries, farms, ...rest }: Config): string => {
  const { total: concurrency, perGroup: perHost } = limits;
  const config = {
    ...durations(rest),
    listen: listen ? formatAddress(listen) : 'off',
    concurrency,
    perHost,
    canaries: canaries.map((canary) => `tcp://${formatAddress(canary)}`),
    farms: Object.fromEntries(farms.map((farm) => [farm.id, plainFarm(farm)])),
  };
  return `# ${file}, as it is in force\n${stringify(config, { lineWidth: 0 })}`;
};

const plainFarm = (farm: FarmConfig): Plain => {
  const { id, vip, check, policy, evidence, flapping, rhythm, guard, backends, hooks, ...rest } = farm;
  const { WARNING: warning, CRITICAL: critical, UNKNOWN: unknown } = evidence;
  return {
    ...(vip && { vip: formatAddress(vip) }),
    check: plainPart(check.checker, check.options),
    ...policy,
    evidence: { warning, critical, unknown },
    flapping: flapping ?? 'off',
    ...durations(rhythm),
    ...durations(rest),
    guard: { ...guard, minUp: 'count' in guard.minUp ? guard.minUp.count : `${guard.minUp.percent}%` },
    backends: Object.fromEntries(backends.map(({ id, ...address }) => [id, address])),
    hooks: hooks.map(({ type, options }) => plainPart(type, options)),
  };
};

/** A check or a hook, as it stands in a file. */
const plainPart = ({ name, options: schema }: Described, given: unknown): Plain => {
  const plain = Object.entries(given as Plain).map(([key, value]) => {
    const entry = schema.entries[key];
    const isDuration = entry && options.optionInfo(entry)?.kind === 'duration' && typeof value === 'number';
    // A secret becomes `***`: that is how it shows in JSON.
    return [key, isDuration ? formatDuration(value) : value instanceof Range ? String(value) : toJson(value)];
  });
  return { type: name, ...Object.fromEntries(plain) };
};

const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** `intervalMs: 5000` as `interval: 5s`; everything else as it is. */
const durations = (settings: object): Plain =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => {
      if (!key.endsWith('Ms')) return value === undefined ? [] : [[key, value]];
      return [[key.slice(0, -2), value === undefined ? 'off' : formatDuration(value)]];
    }),
  );

import * as v from 'valibot';
import { vi } from 'vitest';
import type { Clock } from '../../../src/clock/clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import type { DesiredState } from '../../../src/health/desired-state.ts';
import type { BackendChange } from '../../../src/hook/hook.ts';
import { nftlbHook } from '../../../src/hook/nftlb/nftlb-hook.ts';
import { nftlbHookOptions } from '../../../src/hook/nftlb/options.ts';
import { silentLogger } from '../../../src/log/logger.ts';
import { aChange, aFarm } from '../a-change.ts';

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** A driver for an nftlb, with its key in the environment, for a farm `ftp` of so many backends. */
export const driverFor = (
  { url, key }: { readonly url: string; readonly key: string },
  options: object = {},
  clock: Clock = systemClock,
  size = 3,
) => {
  vi.stubEnv('NFTLB_KEY', key);
  const parsed = v.parse(nftlbHookOptions, { url, key: { env: 'NFTLB_KEY' }, ...options });
  return nftlbHook.create(parsed, { clock, log: silentLogger, farm: aFarm(size) });
};

/** A backend's desired state. */
export const change = (backend: string, state: DesiredState): BackendChange => aChange({ backend, state });

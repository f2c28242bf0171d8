import { describe, expect, it } from 'vitest';
import { flappingArgument } from '../../src/cli/simulate/tried-options.ts';
import { parseConfig } from '../../src/config/index.ts';
import { settingsOf } from '../../src/guardian/farm-settings.ts';
import { changedSettings, usualSettings } from '../../src/simulation/settings.ts';
import { registry } from '../config/registry.ts';

/** The settings of a farm that a config says so much of. */
const configured = (rest: string) => {
  const text = `farms: { f: { check: { type: ftp }, backends: { b1: 10.0.0.1, b2: 10.0.0.2 }, ${rest} } }`;
  const [farm] = parseConfig(text, 'farm-guardian.yaml', registry).farms;
  if (!farm) throw new Error('no farm');
  return settingsOf(farm);
};

describe('what is not given is what a config has by default', () => {
  it('where nothing is', () => {
    expect(usualSettings).toEqual(configured(''));
  });

  it.each([
    ['minUp', { guard: { minUp: { count: 1 } } }, 'guard: { minUp: 1 }'],
    ['a share of minUp', { guard: { minUp: { percent: 50 } } }, 'guard: { minUp: 50% }'],
    ['whenAllFail', { guard: { whenAllFail: 'hold' } }, 'guard: { whenAllFail: hold }'],
    ['a shorter interval', { intervalMs: 500 }, 'interval: 500ms'],
    ['a longer interval', { intervalMs: 60_000 }, 'interval: 1m'],
    ['a score', { flapping: flappingArgument('40') }, 'flapping: { high: 40 }'],
    ['a low score', { flapping: flappingArgument('20') }, 'flapping: { high: 20 }'],
    ['no flapping', { flapping: null }, 'flapping: off'],
  ] as const)('beside %s', (_what, changes, rest) => {
    expect(changedSettings(usualSettings, changes)).toEqual(configured(rest));
  });
});

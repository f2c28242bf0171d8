import { expect, it } from 'vitest';
import { inOneGo, inSlices } from '../../src/clock/slices.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { configIn, configOf } from '../../src/config/parse-config.ts';
import { parseSource } from '../../src/config/parse-source.ts';
import { registry } from './registry.ts';

const backends = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`b${n}`, `10.2.${n >> 8}.${n & 255}`]));
const input = (more: Record<string, string> = {}) => ({
  farms: { ftp: { check: { type: 'ftp' }, backends: { ...backends, ...more } } },
});
const file = '/etc/farm-guardian.json';

it('reads many backends in slices, and gives what it gives in one go', async () => {
  const source = parseSource(JSON.stringify(input()), true);
  const whole = inOneGo(configIn(source, file, registry));
  expect(whole.farms[0]?.backends).toHaveLength(2_000);
  let slices = 0;
  const sliced = configIn(source, file, registry);
  for (let step = sliced.next(); !step.done; step = sliced.next()) slices++;
  expect(slices).toBeGreaterThan(15);
  expect(await inSlices(configIn(source, file, registry))).toEqual(whole);
});

it('finds every mistake, whichever slice it is in', async () => {
  const wrong = input({ b0: 'a b', b1999: '10.2.0.300', 'no id': '10.9.0.1' });
  const problems = inSlices(configOf(wrong, file, registry)).catch((error: ConfigError) =>
    error.problems.map(({ path }) => path),
  );
  expect(await problems).toEqual(['farms.ftp.backends.b0', 'farms.ftp.backends.b1999', 'farms.ftp.backends["no id"]']);
});

it('finds twins in different slices', () => {
  expect(() => inOneGo(configOf(input({ twin: '10.2.0.0' }), file, registry))).toThrow(ConfigError);
  expect(() => inOneGo(configOf(input({ twin: '10.2.0.0' }), file, registry))).toThrow(
    'farms.ftp.backends.twin: has the same host and port as b0',
  );
});

it('takes a config in code as it is at the call', () => {
  const config = input();
  const reading = configOf(config, file, registry);
  config.farms.ftp.check.type = 'nothing';
  expect(inOneGo(reading).farms[0]?.check.checker.name).toBe('ftp');
});

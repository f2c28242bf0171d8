import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Secret } from '../../src/checker/secret.ts';
import type { FarmConfig } from '../../src/config/config.ts';
import { planChecks, replanChecks } from '../../src/farm/plan.ts';
import { farmWith } from '../config/a-farm-config.ts';

const farm = farmWith('backends: { b1: 10.2.0.11, b2: 10.2.0.12 }');
const before = { config: farm, plans: planChecks(farm) };
const [b1, b2] = farm.backends;
if (!b1 || !b2) throw new Error('no backends');
const withOptions = (options: object): FarmConfig => ({ ...farm, check: { ...farm.check, options } });

it('keeps the plans of a farm whose backends are the same', () => {
  expect(replanChecks(farm, before)).toBe(before.plans);
  expect(replanChecks({ ...farm, policy: { rise: 9, fall: 9 } }, before)).toBe(before.plans);
});

it('keeps the plan of each backend that stays the same, and no other', () => {
  const [first, second, third] = replanChecks(
    { ...farm, backends: [{ ...b2 }, { ...b1, port: 2121 }, { id: 'b3', host: '10.2.0.13', port: 21 }] },
    before,
  );
  expect(first).toBe(before.plans[1]);
  expect(second).toMatchObject({ id: 'ftp/b1', backend: { port: 2121 }, check: { target: { port: 2121 } } });
  expect(third).toMatchObject({ id: 'ftp/b3' });
});

it('shares one set of options and one rhythm between the backends of a farm', () => {
  const [one, two] = before.plans;
  expect(one?.check.options).toBe(two?.check.options);
  expect(one?.rhythm).toBe(two?.rhythm);
});

it.each([
  ['another option', withOptions({ user: 'probe' })],
  ['another rhythm', { ...farm, rhythm: { ...farm.rhythm, intervalMs: 1 } }],
  ['a secret kept elsewhere', withOptions({ password: new Secret({ file: '/etc/other' }) })],
])('plans all anew for %s', (_what, config) => {
  const planned = replanChecks(config, before);
  expect(planned).toEqual(planChecks(config));
  for (const [i, plan] of planned.entries()) expect(plan).not.toBe(before.plans[i]);
});

it('shares no run between checks whose secrets are kept in different places, but remembers them as the same check', () => {
  const [one] = planChecks(withOptions({ password: new Secret({ file: '/etc/one' }) }));
  const [other] = planChecks(withOptions({ password: new Secret({ file: '/etc/other' }) }));
  expect(one?.definition).toBe(other?.definition);
  expect(one?.run).not.toBe(other?.run);
});

it('gives what planning anew gives, whatever changes', () => {
  const address = fc.record({ host: fc.constantFrom('h1', 'h2'), port: fc.constantFrom(1, 2), family: fc.constant(4) });
  const backends = fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), address), { selector: ([id]) => id })
    .map((list) => list.map(([id, rest]) => ({ id, ...rest }) as FarmConfig['backends'][number]));
  const config = fc
    .record({ backends, timeoutMs: fc.constantFrom(1, 2), user: fc.constantFrom('x', 'y') })
    .map(({ backends, timeoutMs, user }): FarmConfig => {
      return { ...withOptions({ user }), backends, rhythm: { ...farm.rhythm, timeoutMs } };
    });
  fc.assert(
    fc.property(config, config, (old, next) => {
      const planned = { config: old, plans: planChecks(old) };
      expect(replanChecks(next, planned)).toEqual(planChecks(next));
    }),
  );
});

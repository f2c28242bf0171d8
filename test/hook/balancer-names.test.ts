import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balancerNames, namesComplaint } from '../../src/hook/balancer-names.ts';
import { aFarm } from './a-change.ts';

it('calls a backend what the option says, else by its id', () => {
  const { nameOf, backendOf } = balancerNames(aFarm(2), { b1: 'bck0' });
  expect([nameOf('b1'), nameOf('b2')]).toEqual(['bck0', 'b2']);
  expect([backendOf('bck0'), backendOf('b2'), backendOf('b1'), backendOf('bck9')]).toEqual([
    'b1',
    'b2',
    undefined,
    undefined,
  ]);
});

it.each([
  [undefined, undefined],
  [{ b1: 'bck0', b2: 'bck1' }, undefined],
  [{ b1: 'b2', b2: 'b1' }, undefined],
  [{ B1: 'bck0' }, 'names.B1: farm ftp has no such backend; did you mean "b1"?'],
  [{ server: 'bck0' }, 'names.server: farm ftp has no such backend'],
  [{ b1: 'b2' }, 'names: b1 and b2 would both be "b2" in the balancer'],
  [{ b1: 'x', b2: 'x' }, 'names: b1 and b2 would both be "x" in the balancer'],
])('says of the names %j: %s', (names, complaint) => {
  expect(namesComplaint(aFarm(2), names)).toBe(complaint);
});

it('leads back from each name to its backend, whatever names nobody complains of', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('b1', 'b2', 'b3', 'toString'), fc.string({ minLength: 1 })), (names) => {
      const farm = aFarm(3);
      fc.pre(namesComplaint(farm, names) === undefined);
      const { nameOf, backendOf } = balancerNames(farm, names);
      for (const { id } of farm.backends) expect(backendOf(nameOf(id))).toBe(id);
    }),
  );
});

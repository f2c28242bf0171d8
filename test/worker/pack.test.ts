import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Range } from '../../src/checker/range.ts';
import { Secret } from '../../src/checker/secret.ts';
import { pack, unpack } from '../../src/worker/pack.ts';

it('gives back, after a copy, what it was given', () => {
  const range = fc
    .tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }), fc.boolean())
    .map(([a, b, inside]) => new Range(Math.min(a, b), Math.max(a, b), inside));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      range,
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(undefined),
      fc.constant(null),
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(unpack(structuredClone(pack(value)))).toEqual(value);
    }),
  );
});

it('hands on where a secret is kept, and not the secret', () => {
  const packed = structuredClone(pack({ password: new Secret({ env: 'WHERE' }) }));
  expect(JSON.stringify(packed)).toContain('WHERE');
  expect((unpack(packed) as { password: Secret }).password.source).toEqual({ env: 'WHERE' });
});

it('leaves functions out', () => {
  expect(pack({ a: 1, run: () => 1 })).toEqual({ a: 1 });
});

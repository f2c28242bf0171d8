import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../src/checker/options.ts';

describe('a deferred schema', () => {
  it('is made once, when it is first looked at', () => {
    let times = 0;
    const schema = deferred(() => {
      times++;
      return v.strictObject({ file: v.string() });
    });
    expect(times).toBe(0);
    expect(v.safeParse(schema, { file: 'moo' }).success).toBe(true);
    expect(v.safeParse(schema, { file: 1 }).success).toBe(false);
    expect(times).toBe(1);
  });

  it('can be taken apart and put into a pipe as any other', () => {
    const schema = deferred(() => v.strictObject({ file: v.string() }));
    expect(Object.keys(schema)).toEqual(Object.keys(v.strictObject({ file: v.string() })));
    expect('entries' in schema).toBe(true);
    const longer = v.pipe(
      schema,
      v.check(({ file }) => file !== '', 'must not be empty'),
    );
    expect(v.safeParse(longer, { file: '' }).issues?.[0].message).toBe('must not be empty');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectationOf, type Fit, fitOf } from '../../../checks/ftp/expectation.ts';

const said = (text: string) => Buffer.from(text, 'latin1');

describe('without texts a greeting must begin with 220', () => {
  it.each<[string, Fit]>([
    ['220', 'match'],
    ['220 ready\r\n', 'match'],
    ['220-more', 'match'],
    ['2205', 'match'],
    ['2', 'perhaps'],
    ['22', 'perhaps'],
    ['', 'perhaps'],
    ['221 bye', 'mismatch'],
    [' 220 hello', 'mismatch'],
    ['22\u0000', 'perhaps'],
    ['421 too many', 'mismatch'],
  ])('%j is a %s', (text, fits) => {
    expect(fitOf(said(text), expectationOf({}))).toBe(fits);
  });
});

describe('texts may occur anywhere', () => {
  it.each<[string, string[], boolean, Fit]>([
    ['220 Farm ready', ['Farm'], false, 'match'],
    ['220 Farm ready', ['farm'], false, 'perhaps'],
    ['220 Farm ready', ['nope', 'ready'], false, 'match'],
    ['220 Farm ready', ['nope', 'ready'], true, 'perhaps'],
    ['220 Farm ready', ['Farm', 'ready'], true, 'match'],
    ['220 Farm ready', [''], false, 'match'],
    ['220 a\u0000Farm', ['Farm'], false, 'perhaps'],
    ['220 Ga\u00ff', ['\u00ff'], false, 'perhaps'],
  ])('%j for %j (all: %s) is a %s', (text, expect_, all, fits) => {
    expect(fitOf(said(text), expectationOf({ expect: expect_, all }))).toBe(fits);
  });
});

it('an empty list of texts expects 220', () => {
  expect(expectationOf({ expect: [] })).toEqual({ texts: [said('220')], atBeginning: true, all: false });
});

it('more bytes never turn a match into anything else, nor a mismatch', () => {
  fc.assert(
    fc.property(fc.uint8Array({ min: 1 }), fc.uint8Array({ min: 1 }), (first, more) => {
      const before = fitOf(Buffer.from(first), expectationOf({}));
      const after = fitOf(Buffer.concat([first, more]), expectationOf({}));
      if (before !== 'perhaps') expect(after).toBe(before);
    }),
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Range } from '../../src/checker/range.ts';

/** For each range: values that raise the alert, values that do not. */
it.each([
  ['10', [-1, 10.5, 11], [0, 5, 10]],
  ['0', [-1, 0.1], [0]],
  ['10:', [-5, 9.9], [10, 1e9]],
  [':10', [-1, 11], [0, 10]],
  ['~:10', [10.1], [-1e9, 0, 10]],
  ['~:', [], [-1e9, 0, 1e9]],
  ['10:20', [9, 21], [10, 15, 20]],
  ['-10:-5', [-11, 0, 10], [-10, -7, -5]],
  ['@10', [0, 5, 10], [-1, 11]],
  ['@10:', [10, 1e9], [9]],
  ['@~:10', [-1e9, 10], [10.1]],
  ['@10:20', [10, 15, 20], [9.9, 20.1]],
  ['1.5:2.5', [1, 3], [1.5, 2, 2.5]],
  ['.5', [0.6, -1], [0, 0.5]],
  ['5.', [6], [5]],
  ['+5', [6], [5]],
  ['1e3', [1001], [1000]],
  ['0x10', [17], [16]],
  [' 10 : 20 ', [9, 21], [10, 20]],
  ['@ 1:2', [1, 2], [0, 3]],
])('%s alerts on %j and not on %j', (text, alerting, quiet) => {
  const range = Range.parse(text);
  expect(alerting.filter((value) => !range.alerts(value))).toEqual([]);
  expect(quiet.filter((value) => range.alerts(value))).toEqual([]);
});

it.each([
  '',
  '@',
  ':',
  '@:',
  '-5',
  '20:10',
  '@20:10',
  'abc',
  '10:abc',
  'abc:10',
  '1:~',
  '~',
  '~10',
  '10:20:30',
  '10,5',
  '10s',
  '50%',
  'nan',
  'inf',
  '~:inf',
  '@@10',
  '--5',
  '1e999',
])('refuses "%s", and says what a range looks like', (text) => {
  expect(() => Range.parse(text)).toThrow(
    /is not a range: (expected \[@\]\[START:\]\[END\]|the start(, 0,)? is greater)/,
  );
});

it.each([
  ['1:2:3', /^"1:2:3" is not a range: expected/],
  ['@5:x', /^"@5:x" is not a range: expected/],
  ['@5:1', /^"@5:1" is not a range: the start is greater than the end$/],
  ['-5', /^"-5" is not a range: the start, 0, is greater than the end$/],
])('quotes "%s" as it was given', (text, message) => {
  expect(() => Range.parse(text)).toThrow(message);
});

const bound = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const anyRange = fc
  .tuple(fc.option(bound), fc.option(bound), fc.boolean())
  .map(([a, b, inside]) => [a ?? Number.NEGATIVE_INFINITY, b ?? Number.POSITIVE_INFINITY, inside] as const)
  .filter(([start, end]) => start <= end)
  .map(([start, end, inside]) => new Range(start, end, inside));

it('writes a text that parses to the same range', () => {
  fc.assert(
    fc.property(anyRange, bound, (range, value) => {
      const again = Range.parse(range.toString());
      expect(again.alerts(value)).toBe(range.alerts(value));
      expect(again.toString()).toBe(range.toString());
    }),
  );
});

it('with @ alerts exactly where it would not without', () => {
  fc.assert(
    fc.property(anyRange, bound, (range, value) => {
      const opposite = new Range(range.start, range.end, !range.alertInside);
      expect(opposite.alerts(value)).toBe(!range.alerts(value));
    }),
  );
});

it('never gives anything but a range or its own error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(Range.parse(text)).toBeInstanceOf(Range);
      } catch (error) {
        expect((error as Error).name).toBe('RangeSyntaxError');
      }
    }),
  );
});

it.each([
  ['5', 6, '5.000000'],
  ['0.1:20', 6, '0.100000:20.000000'],
  ['~:5', 2, '~:5.00'],
  ['5:', 1, '5.0:'],
  ['@1:2', undefined, '@1:2'],
])('writes %s with %s decimals as %s', (text, digits, expected) => {
  expect(Range.parse(text).toString(digits)).toBe(expected);
});

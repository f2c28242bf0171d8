import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePerfdata } from '../../../checks/exec/plugin-perfdata.ts';
import { type Metric, Range, renderPerfdata } from '../../../src/checker/index.ts';

const metric = (label: string, value: number, unit: Metric['unit'] = '', more: Partial<Metric> = {}): Metric => ({
  label,
  value,
  unit,
  ...more,
});

it.each<[string, Metric[]]>([
  ['time=0.010832s;;;0.000000;10.000000', [metric('time', 0.010832, 's', { min: 0, max: 10 })]],
  [
    'rta=0.042000ms;3000.000000;5000.000000;0.000000 pl=0%;80;100;0',
    [
      metric('rta', 0.042e-3, 's', { warning: new Range(0, 3), critical: new Range(0, 5), min: 0 }),
      metric('pl', 0, '%', { warning: new Range(0, 80), critical: new Range(0, 100), min: 0 }),
    ],
  ],
  [
    "'/var tmp'=2643MB;5948;5958;0;5968",
    [
      metric('/var tmp', 2643 * 1024 ** 2, 'B', {
        warning: new Range(0, 5948 * 1024 ** 2),
        critical: new Range(0, 5958 * 1024 ** 2),
        min: 0,
        max: 5968 * 1024 ** 2,
      }),
    ],
  ],
  ["'it''s'=1c 'a=b'=2", [metric("it's", 1, 'c'), metric('a=b', 2)]],
  [
    'a=1;@10:20;~:5',
    [metric('a', 1, '', { warning: new Range(10, 20, true), critical: new Range(Number.NEGATIVE_INFINITY, 5) })],
  ],
  ['a=-1.5e3B b=.5 c=5.', [metric('a', -1500, 'B'), metric('b', 0.5), metric('c', 5)]],
  ['a=7lux', [metric('a', 7)]],
  ['a=U;1;2 b=3', [metric('b', 3)]],
  ['a=1 a=2', [metric('a', 1)]],
  ['a=1;nonsense;5:1;x;y', [metric('a', 1)]],
  ['no data = here = 1', []],
  ["'unclosed=1", []],
  ['=1 a= b', []],
  ['', []],
])('%j', (text, metrics) => {
  const found = parsePerfdata(text);
  expect(found.map(({ label }) => label)).toEqual(metrics.map(({ label }) => label));
  for (const [i, expected] of metrics.entries())
    expect(found[i]).toEqual({ ...expected, value: expect.closeTo(expected.value, 9) });
});

it('reads what our own commands write', () => {
  const number = fc.integer({ min: -1e9, max: 1e9 });
  const range = fc
    .tuple(number, number, fc.boolean())
    .map(([a, b, inside]) => new Range(Math.min(a, b), Math.max(a, b), inside));
  const metrics = fc.uniqueArray(
    fc.record(
      {
        label: fc.stringMatching(/^[a-z/' ]{0,5}[a-z]$/).filter((label) => label.trim() === label),
        value: number,
        unit: fc.constantFrom('', 's', 'B', '%', 'c'),
        warning: range,
        critical: range,
        min: number,
        max: number,
      },
      { requiredKeys: ['label', 'value', 'unit'] },
    ),
    { selector: ({ label }) => label, maxLength: 20 },
  );
  fc.assert(
    fc.property(metrics, (given) => {
      expect(parsePerfdata(renderPerfdata(given as Metric[]))).toEqual(given);
    }),
  );
});

it('takes anything, without throwing, and gives only numbers under clean labels', () => {
  const unit = fc.constantFrom(
    "'",
    '=',
    ';',
    ' ',
    'a',
    '1',
    '.',
    'e',
    '9',
    '-',
    ':',
    '@',
    '~',
    'U',
    '\0',
    '|',
    '\u{1f600}',
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit, maxLength: 60 })),
      (text) => {
        for (const { label, value } of parsePerfdata(text)) {
          expect(Number.isFinite(value)).toBe(true);
          expect(label).not.toMatch(/[\n\r\0|]/);
        }
      },
    ),
  );
});

it.each(["'", "''", "'a'", 'a=', 'a', '=', "'a=1 ", '1.'])('takes linear time for many %j', (part) => {
  expect(parsePerfdata(part.repeat(100_000)).length).toBeLessThanOrEqual(100);
});

it('takes a hundred metrics at most', () => {
  expect(parsePerfdata(Array.from({ length: 1_000 }, (_, i) => `a${i}=1`).join(' '))).toHaveLength(100);
});

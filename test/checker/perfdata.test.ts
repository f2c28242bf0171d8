import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Metric, renderMetric, renderPerfdata } from '../../src/checker/perfdata.ts';
import { Range } from '../../src/checker/range.ts';

const range = (text: string) => Range.parse(text);

it.each<[string, Metric]>([
  ['time=0.001234s;;;0.000000;10.000000', { label: 'time', value: 0.0012341, unit: 's', min: 0, max: 10, digits: 6 }],
  ['time=1.000000s;5;10', { label: 'time', value: 1, unit: 's', warning: range('5'), critical: range('10') }],
  ['time=1.000000s;;@1:2;0', { label: 'time', value: 1, unit: 's', critical: range('@1:2'), min: 0 }],
  ['size=4B', { label: 'size', value: 4, unit: 'B' }],
  ['users=3', { label: 'users', value: 3, unit: '' }],
  ["'free space'=12%;20:", { label: 'free space', value: 12, unit: '%', warning: range('20:') }],
  ["'it''s'=1", { label: "it's", value: 1, unit: '' }],
  ['a_b_c=1', { label: 'a=b|c', value: 1, unit: '' }],
])('renders %s', (expected, metric) => {
  expect(renderMetric(metric)).toBe(expected);
});

it('separates metrics by one blank', () => {
  const metrics: Metric[] = [
    { label: 'time', value: 0.5, unit: 's' },
    { label: 'size', value: 4, unit: 'B' },
  ];
  expect(renderPerfdata(metrics)).toBe('time=0.500000s size=4B');
  expect(renderPerfdata([])).toBe('');
});

it('is one line without a pipe and with one equals sign outside of it, whatever the label', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (label) => {
      const text = renderMetric({ label, value: 1, unit: '' });
      expect(text).not.toMatch(/[|\r\n]/);
      expect(text.match(/=/g)).toHaveLength(1);
    }),
  );
});

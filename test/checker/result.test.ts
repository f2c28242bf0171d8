import { expect, it } from 'vitest';
import { result } from '../../src/checker/result.ts';
import { exitCodeOf, statuses, worstStatus } from '../../src/checker/status.ts';

it('cleans what people read and fills in what is absent', () => {
  const cleaned = result({ status: 'OK', code: 'ok', summary: 'a|b\u001b\r\n', line: 'x|y' });
  expect(cleaned).toEqual({
    status: 'OK',
    code: 'ok',
    summary: 'a b \r\n',
    line: 'x y',
    steps: [],
    metrics: [],
    facts: {},
  });
  expect(Object.isFrozen(cleaned)).toBe(true);
});

it('exits as Nagios wants it', () => {
  expect(statuses.map(exitCodeOf)).toEqual([0, 1, 2, 3]);
});

it.each([
  [[], 'OK'],
  [['OK', 'UNKNOWN'], 'UNKNOWN'],
  [['UNKNOWN', 'WARNING', 'OK'], 'WARNING'],
  [['UNKNOWN', 'CRITICAL', 'WARNING'], 'CRITICAL'],
] as const)('of %j the worst is %s', (all, expected) => {
  expect(worstStatus(all)).toBe(expected);
});

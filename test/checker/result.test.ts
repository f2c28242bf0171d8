import { expect, it } from 'vitest';
import { result } from '../../src/checker/result.ts';
import { exitCodeOf, statuses, worstStatus } from '../../src/checker/status.ts';

it('cleans what people read and fills in what is absent', () => {
  const cleaned = result({ status: 'OK', code: 'ok', summary: 'a|b\u001b\r\nc\t', line: 'x|y' });
  expect(cleaned).toEqual({
    status: 'OK',
    code: 'ok',
    summary: 'a b   c ',
    line: 'x y',
    steps: [],
    metrics: [],
    facts: {},
  });
  expect(Object.isFrozen(cleaned)).toBe(true);
});

it('leaves an echoed banner its line ends and tabs', () => {
  const { summary, line } = result({
    status: 'OK',
    code: 'ok',
    summary: 'a|b\u001b\r\n',
    line: 'x\t|y\n',
    echoesBanner: true,
  });
  expect([summary, line]).toEqual(['a b \r\n', 'x\t y\n']);
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

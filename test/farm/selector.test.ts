import { expect, it } from 'vitest';
import { isSelected, parseSelector } from '../../src/farm/selector.ts';

const farms = [
  { id: 'ftp', backends: [{ id: 'b1' }, { id: 'b2' }] },
  { id: 'sftp', backends: [{ id: 'b1' }] },
];

it.each([
  ['ftp', { farm: 'ftp' }],
  ['ftp/b2', { farm: 'ftp', backend: 'b2' }],
])('%s names %j', (text, expected) => {
  expect(parseSelector(text, farms)).toEqual(expected);
});

it.each([
  ['ftpp', 'no farm "ftpp"; did you mean "ftp"?'],
  ['web', 'no farm "web"; there are: ftp, sftp'],
  ['ftp/b3', 'no backend in farm ftp "b3"; there are: b1, b2'],
  ['ftp/', 'no backend in farm ftp ""; there are: b1, b2'],
  ['', 'no farm ""; there are: ftp, sftp'],
])('%j names nothing: %s', (text, message) => {
  expect(() => parseSelector(text, farms)).toThrow(message);
});

it('selects everything without a selector', () => {
  expect(isSelected([], 'ftp', 'b1')).toBe(true);
  expect(isSelected([{ farm: 'sftp' }], 'ftp', 'b1')).toBe(false);
  expect(isSelected([{ farm: 'sftp' }, { farm: 'ftp', backend: 'b1' }], 'ftp', 'b1')).toBe(true);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { protectText, unescapeText } from '../../../checks/ftp/escape.ts';

it.each([
  ['NOOP\\r\\n', 'NOOP\r\n'],
  ['a\\tb', 'a\tb'],
  ['a\\\\n', 'a\\n'],
  ['c\\xd', 'cxd'],
  ['end\\', 'end'],
  ['plain', 'plain'],
])('%j reads %j', (text, meant) => {
  expect(unescapeText(text)).toBe(meant);
});

it('a protected text reads as it is', () => {
  fc.assert(fc.property(fc.string(), (text) => unescapeText(protectText(text)) === text));
});

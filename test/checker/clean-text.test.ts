import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanText } from '../../src/checker/clean-text.ts';

it.each([
  ['plain', 'plain', ''],
  ['a|b', 'a b', ''],
  ['\u001b[31mred', ' [31mred', ''],
  ['two\r\nlines\t', 'two  lines ', ''],
  ['two\r\nlines\t\u0007', 'two\r\nlines\t ', '\r\n\t'],
  ['Gänseblümchen', 'Gänseblümchen', ''],
  ['abc\u202edef', 'abc def', ''],
  ['lone \ud800 surrogate', 'lone \ufffd surrogate', ''],
  [new Uint8Array([0x32, 0xff, 0xc3, 0x28, 0]), '2\ufffd\ufffd( ', ''],
])('%j becomes %j', (said, expected, keep) => {
  expect(cleanText(said, keep)).toBe(expected);
});

it('is always one line of valid UTF-8 under 4 KiB, whatever a server sends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), (bytes) => {
      const text = cleanText(bytes);
      expect(Buffer.byteLength(text)).toBeLessThan(4_000);
      expect(text.isWellFormed()).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
      expect(text).not.toMatch(/[\u0000-\u001f\u007f|]/);
    }),
  );
});

it('cuts a long text between two characters', () => {
  expect(cleanText('ü'.repeat(10_000))).toBe(`${'ü'.repeat(1_500)}…`);
});

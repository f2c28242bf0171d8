import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanBanner, cleanText } from '../../src/checker/clean-text.ts';

it.each([
  ['plain', 'plain'],
  ['a|b', 'a b'],
  ['\u001b[31mred', ' [31mred'],
  ['two\r\nlines\t', 'two  lines '],
  ['Gänseblümchen', 'Gänseblümchen'],
  ['abc\u202edef', 'abc def'],
  ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
  [new Uint8Array([0x32, 0xff, 0xc3, 0x28, 0]), '2\ufffd\ufffd( '],
])('%j becomes %j', (said, expected) => {
  expect(cleanText(said)).toBe(expected);
});

it('leaves a banner its line ends and tabs, and nothing else that a text loses', () => {
  const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');
  const [text, banner] = [cleanText(all.slice(0, 0x300)), cleanBanner(all.slice(0, 0x300))];
  expect([...banner].filter((c, i) => c !== text[i]).join('')).toBe('\t\n\r');
  const rest = all.slice(0x2000, 0x2100);
  expect(cleanBanner(rest)).toBe(cleanText(rest));
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNetascii } from '../../../checks/tftp/netascii.ts';

describe('netascii', () => {
  it.each([
    ['a\r\nb\r\n', 'a\nb\n'],
    ['a\r\0b', 'a\rb'],
    ['a\r\0\r\n', 'a\r\n'],
    ['a\rb', 'a\rb'],
    ['a\r', 'a\r'],
    ['a\nb\0', 'a\nb\0'],
    ['', ''],
  ])('decodes %j to %j', (sent, file) => {
    expect(decodeNetascii(Buffer.from(sent)).toString()).toBe(file);
  });

  it('gives back any file that was encoded as RFC 764 says', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\0') }), (file) => {
        const sent = file.replaceAll(/[\r\n]/g, (c) => (c === '\n' ? '\r\n' : '\r\0'));
        expect(decodeNetascii(Buffer.from(sent)).toString()).toBe(file);
      }),
    );
  });
});

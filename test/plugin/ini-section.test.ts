import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExtraOptsError } from '../../src/plugin/extra-opts-error.ts';
import { wordsOfSection } from '../../src/plugin/ini-section.ts';

describe('a section of an ini file gives', () => {
  it.each<[string, string, string[]]>([
    ['options with values', '[farm]\nhostname=a\nport=21\n', ['--hostname=a', '--port=21']],
    ['blanks around names and values away', '[ farm ]\n  port \t=  21  \n', ['--port=21']],
    ['blanks, = and # inside a value', '[farm]\nexpect=220 a = b # c ; d', ['--expect=220 a = b # c ; d']],
    ['switches', '[farm]\njail=\nssl =\n', ['--jail', '--ssl']],
    ['short options', '[farm]\np = 21\nj=\n', ['-p21', '-j']],
    ['nothing of comments and empty lines', '# a\n; b\n\n[farm]\n  # c=1\nport=21\n;d', ['--port=21']],
    ['nothing of other sections', '[farmer]\nport=1\n[far]\nport=2\nbad\n[farm]\nport=21\n[x]\nbad', ['--port=21']],
    ['all parts of itself', '[farm]\na1=1\n[x]\na1=2\n[farm]\na1=3\n', ['--a1=1', '--a1=3']],
    ['what stands behind its name', '[farm] port=21', ['--port=21']],
    ['lines whatever ends them', '[farm]\r\naa=1\rbb=2\ncc=3', ['--aa=1', '--bb=2', '--cc=3']],
    ['nothing when it is empty', '[farm]\n[x]\na1=1', []],
    ['nothing when there is none', '[x]\na1=1', []],
    ['nothing when its bracket is never closed', '[farm\nport=1', []],
    ['nothing in an empty file', '', []],
  ])('%s', (_, ini, words) => {
    expect(wordsOfSection(ini, 'farm')).toEqual(words);
  });

  it.each([
    ['an option before any section', 'hostname=x\n[farm]\nport=1\n'],
    ['a line without =', '[farm]\nhostname\n'],
    ['a line without a name', '[farm]\n= x\n'],
    ['a NUL', '[farm]\nhostname=a\0b\n'],
  ])('an error for %s', (_, ini) => {
    expect(() => wordsOfSection(ini, 'farm')).toThrow(new ExtraOptsError('Config file error'));
  });

  it('words that are options, or an error, whatever is in the file', () => {
    const text = fc.string({ unit: fc.constantFrom('[', ']', 'farm', '=', '\n', '\r', ' ', '#', ';', 'p', '-', '\0') });
    fc.assert(
      fc.property(text, (ini) => {
        try {
          for (const word of wordsOfSection(`[farm]\n${ini}`, 'farm')) expect(word).toMatch(/^-/);
        } catch (error) {
          expect(error).toBeInstanceOf(ExtraOptsError);
        }
      }),
    );
  });
});

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitWords } from '../../../checks/exec/split-words.ts';

it.each<[string, string[]]>([
  ['check_tcp -H HOST -p PORT', ['check_tcp', '-H', 'HOST', '-p', 'PORT']],
  ['  check_x\t-a \n -b  ', ['check_x', '-a', '-b']],
  [`check_http -s 'a  "b" \\c'`, ['check_http', '-s', 'a  "b" \\c']],
  ['check_http -s "a \\"b\\" \\c $HOME"', ['check_http', '-s', 'a "b" \\c $HOME']],
  ['check_x a\\ b \\"c', ['check_x', 'a b', '"c']],
  [`check_x --name='two words'-3`, ['check_x', '--name=two words-3']],
  [`check_x '' ""`, ['check_x', '', '']],
  ['check_x $HOME `id` *.txt ~ {a,b} #no', ['check_x', '$HOME', '`id`', '*.txt', '~', '{a,b}', '#no']],
  ["check_snmp -c '|' \\; a|b", ['check_snmp', '-c', '|', ';', 'a|b']],
  ['check_x a\\\nb', ['check_x', 'ab']],
  ['', []],
])('%j becomes %j', (line, words) => {
  expect(splitWords(line)).toEqual({ words });
});

it.each([
  ["check_x 'a", "has a ' without its end"],
  ['check_x "a\\"', 'has a " without its end'],
  ['check_x a\\', 'ends in a backslash'],
  ['nmap -sU -p PORT HOST | grep open', 'has a pipe, which only a shell understands'],
  ['check_x && true', 'has "&&", which only a shell understands'],
  ['check_x 2>/dev/null', 'has a redirection, which only a shell understands'],
  ['check_http -I HOST ;priority 1 2', 'has ";priority", which only a shell understands'],
])('%j %s', (line, fault) => {
  expect(splitWords(line)).toEqual({ fault: expect.stringContaining(fault) });
});

it('gives back any words that were quoted', () => {
  const quote = fc.constantFrom(
    (word: string) => `'${word.replaceAll("'", `'\\''`)}'`,
    (word: string) => `"${word.replaceAll(/["\\$`]/g, '\\$&')}"`,
    (word: string) => (word === '' ? "''" : word.replaceAll(/[^\n]/gu, '\\$&').replaceAll('\n', "'\n'")),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 20 }), quote), { maxLength: 6 }), (quoted) => {
      const line = quoted.map(([word, quoteIt]) => quoteIt(word)).join(' ');
      expect(splitWords(line)).toEqual({ words: quoted.map(([word]) => word) });
    }),
  );
});

it('agrees with sh where nothing is to be expanded', () => {
  const character = fc.constantFrom('a', 'b', ' ', '\t', "'", '"', '\\', '-', '=', '.');
  const lines = fc.sample(fc.string({ unit: character, maxLength: 12 }), { numRuns: 60, seed: 4 });
  for (const line of lines) {
    const parted = splitWords(line);
    if ('fault' in parted) continue;
    const said = execFileSync('sh', ['-c', `printf '[%s]' ${line}`]).toString();
    expect(said, line).toBe(parted.words.length === 0 ? '[]' : parted.words.map((word) => `[${word}]`).join(''));
  }
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inOneGo } from '../../src/clock/slices.ts';
import { parseFully } from '../../src/config/parse-source.ts';
import { readPlainJson } from '../../src/config/plain-json.ts';
import { readPlainYaml } from '../../src/config/plain-yaml.ts';

const yamlOf = (text: string) => inOneGo(readPlainYaml(text));
const jsonOf = (text: string) => inOneGo(readPlainJson(text));

it.each([
  ['maps and scalars', 'a:\n  b: 10.2.0.11\n  c: 21\n  d: true\n  e: null\n  f:\n  g: 5s\nh: x y # remark\n'],
  ['lists', 'a:\n  - x\n  - 10.1.0.1:22\nb:\n- y: 1\n  z: 2\n- { y: 3 }\nc: [1, "two", three]\n'],
  ['braces', 'a: { type: ftp, password: { file: /etc/x }, list: true, empty: {}, none: [] }\n'],
  ['quotes', `a: "x: y"\nb: '{'\nc: "" # nothing\n`],
  ['remarks and blanks', '# first\n\na: # below\n\n  # between\n  b: c\n\n# last\n'],
  ['keys that are no words', '1: a\ntrue: b\n0x1: c\nnull: d\n01: e\n'],
  ['addresses and the like', 'a: 127.0.0.1:21\nb: tcp://10.1.0.1:22\nc: a@b.example\nd: 50%\n'],
])('reads %s as the parser of all of YAML does', (_what, text) => {
  const plain = yamlOf(text);
  expect({ root: plain, problems: [] }).toEqual(parseFully(text, false));
});

it.each([
  ['an anchor', 'a: &x 1\n'],
  ['an alias', 'a: *x\n'],
  ['a tag', 'a: !env X\n'],
  ['a text over several lines', 'a: one\n  two\n'],
  ['a block text', 'a: |\n  one\n'],
  ['a merge key', '<<: x\n'],
  ['an escape', 'a: "\\n"\n'],
  ['a number that is not whole', 'a: 1.5\n'],
  ['a number in another base', 'a: 0x1F\n'],
  ['a duplicate key', 'a: 1\na: 2\n'],
  ['a tab', 'a:\t1\n'],
  ['two documents', 'a: 1\n---\nb: 2\n'],
  ['nothing', ''],
  ['a plain text', 'hello\n'],
  ['a list that is not closed', 'a: [1\n'],
])('leaves %s to it', (_what, text) => {
  expect(yamlOf(text)).toBeUndefined();
});

it.each([
  ['a comma at the end', '{"a":1,}'],
  ['a remark', '{"a":1} // x'],
  ['a duplicate key', '{"a":1,"a":2}'],
  ['an escape', '{"a":"\\n"}'],
  ['a fraction', '{"a":1.5}'],
  ['a bare word', '{"a":x}'],
  ['two values', '{} {}'],
  ['nothing', ' '],
  ['a number with a zero in front', '{"a":01}'],
])('leaves JSON with %s to it', (_what, text) => {
  expect(jsonOf(text)).toBeUndefined();
});

it('gives for JSON what the parser of all of YAML gives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const plain = jsonOf(text);
      if (plain) expect({ root: plain, problems: [] }).toEqual(parseFully(text, true));
    }),
    { numRuns: 1_000 },
  );
});

/** Lines that may or may not be plain, at any indentation: most texts made of them are no YAML at all. */
const word = fc.constantFrom(
  'a',
  'b1',
  'true',
  '10.2.0.1',
  '1',
  '1e5',
  '.5',
  '0o7',
  '"q q"',
  "'r'",
  'x y',
  'a:b',
  '5s',
  '~',
  '-',
  '_1',
  '1_0',
  '.inf',
  '0.',
  '+1',
  'No',
  'a,b',
  'http://h/p',
  '...',
  '---',
  '#c',
  '10-a',
  '\u00a0x',
  'é',
);
const flow = fc.oneof(
  fc.array(word, { maxLength: 3 }).map((words) => `[${words.join(', ')}]`),
  fc
    .array(fc.tuple(word, word), { maxLength: 3 })
    .map((pairs) => `{ ${pairs.map((pair) => pair.join(': ')).join(', ')} }`),
);
const value = fc.oneof({ weight: 4, arbitrary: word }, { weight: 2, arbitrary: flow }, fc.constant(''));
const line = fc
  .tuple(
    fc.nat(3),
    fc.constantFrom('', '', '', '- ', '-   '),
    fc.option(word, { freq: 5 }),
    value,
    fc.constantFrom('', '', ' # r', '#s'),
  )
  .map(
    ([indent, dash, key, value, end]) => `${'  '.repeat(indent)}${dash}${key === null ? '' : `${key}: `}${value}${end}`,
  );

it('gives for any text what the parser of all of YAML gives, or leaves it to that', () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
      const text = `${lines.join('\n')}\n`;
      const root = yamlOf(text);
      if (!root) return;
      plain++;
      expect({ root, problems: [] }).toEqual(parseFully(text, false));
    }),
    { numRuns: 2_000 },
  );
  expect(plain).toBeGreaterThan(40);
});

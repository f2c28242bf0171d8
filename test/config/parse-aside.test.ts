import { expect, it } from 'vitest';
import { parseAside } from '../../src/config/parse-aside.ts';
import { parseSource } from '../../src/config/parse-source.ts';

const backends = Array.from({ length: 5_000 }, (_, n) => `      b${n}: 10.2.${n >> 8}.${n & 255}`);
const long = ['farms:', '  ftp:', '    backends:', ...backends].join('\n');

it.each([
  ['short', 'farms: {}\n'],
  ['long', long],
  ['long and wrong', `${long}\n  - item`],
])('gives of a text that is %s what parsing it here gives', async (_name, text) => {
  expect(await parseAside(text, false)).toEqual(parseSource(text, false));
});

import { expect, it } from 'vitest';
import { inOneGo } from '../../src/clock/slices.ts';
import { KnownFarms } from '../../src/config/known-farms.ts';
import { configIn } from '../../src/config/parse-config.ts';
import { parseSource } from '../../src/config/parse-source.ts';
import { registry } from './registry.ts';

const text = `
defaults: { interval: 5s }
farms:
  ftp:
    check: { type: ftp, user: probe }
    backends: { b1: 10.2.0.11, b2: 10.2.0.12 }
  boot:
    check: { type: tftp }
    backends: { b1: 10.2.0.11 }
    hooks:
      - { type: exec, command: [/bin/true] }
`;

const readerOf = () => {
  const known = new KnownFarms<(typeof registry.hooks)[number]>();
  return (written: string, file = '/etc/farm-guardian.yaml') =>
    inOneGo(configIn(parseSource(written, false), file, registry, known)).farms;
};

it('takes a farm over, the very object, while it is written as it was', () => {
  const read = readerOf();
  const before = read(text);
  const after = read(text.replace('10.2.0.12', '10.2.0.13'));
  expect(after[0]).not.toBe(before[0]);
  expect(after[0]?.backends[1]?.host).toBe('10.2.0.13');
  expect(after[1]).toBe(before[1]);
});

it.each([
  ['defaults', (written: string) => written.replace('interval: 5s', 'interval: 6s')],
  ['the order of backends', (written: string) => written.replace(/(b1: .*), (b2: .*) }/, '$2, $1 }')],
  ['a kind of value', (written: string) => written.replace('user: probe', 'user: "1"')],
])('reads a farm anew when %s changed', (_what, change) => {
  const read = readerOf();
  const [before] = read(text);
  const [after] = read(change(text));
  expect(after).not.toBe(before);
  expect(readerOf()(change(text))[0]).toEqual(after);
});

it('reads farms anew from another file: relative paths are others', () => {
  const read = readerOf();
  expect(read(text, '/srv/farm-guardian.yaml')[0]).not.toBe(read(text)[0]);
});

it('knows the new lines of hooks, and keeps the backends', () => {
  const read = readerOf();
  const [, before] = read(text);
  const [, after] = read(`# A remark.\n${text}`);
  expect([before?.hooks[0]?.line, after?.hooks[0]?.line]).toEqual([11, 12]);
  expect(after?.backends).toBe(before?.backends);
});

it('goes on from the last config without mistakes', () => {
  const read = readerOf();
  const before = read(text);
  expect(() => read(text.replace('tftp', 'tfpt'))).toThrow('did you mean "tftp"?');
  expect(read(text)).toEqual(before);
  expect(read(text)[0]).toBe(before[0]);
});

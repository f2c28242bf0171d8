import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { hookTypes } from '../../src/hook/index.ts';
import { withJournal } from './a-journal.ts';
import { TestProcess } from './a-process.ts';

it('explains why a backend is down: what came, what was counted, decided and delivered', async () => {
  await using process = await withJournal();
  expect(await process.run('explain', 'ftp/b1', '--from', 'state')).toBe(0);
  const said = process.out.text;
  expect(said).toMatch(/^ftp\/b1 is down for \d+d, \[refused\] is CRITICAL$/m);
  expect(said).toMatch(/^desired: down for \d+d, because it is believed down$/m);
  expect(said).toMatch(/^hooks: telling holds it$/m);
  const kinds = said.split('\n').flatMap((line) => /^\S+Z +(.*)$/.exec(line)?.slice(1) ?? []);
  const down = kinds.slice(kinds.findLastIndex((line) => line.startsWith('result')));
  expect(down).toEqual([
    expect.stringMatching(/^result +CRITICAL \[refused\] is CRITICAL; \d+ times, last at \S+Z$/),
    'counted   1 failed in a row',
    'counted   2 failed in a row',
    'turned    down, because of [refused] is CRITICAL',
    expect.stringMatching(/^desired +up → down \(#\d+\)$/),
    expect.stringMatching(/^delivery +telling delivered down \(#\d+\) in 0 ms$/),
    'guardian  stops',
  ]);
});

it('explains an order of an operator, and shows as much history as is asked for', async () => {
  await using process = await withJournal((lab, guardian) => {
    const until = lab.clock.wallTime() + 60_000;
    guardian.order({ farm: 'ftp', backend: 'b1' }, { state: 'forced-up', author: 'alice', reason: 'it lies', until });
  });
  expect(await process.run('explain', 'ftp/b1', '--from', 'state', '--last', '2')).toBe(0);
  expect(process.out.text).toMatch(/^desired: up for \d+d, because an operator ordered forced-up$/m);
  expect(process.out.text).toMatch(/^ordered: forced-up by alice: it lies$/m);
  expect(process.out.text.trim().split('\n\n')[1]?.split('\n')).toHaveLength(2);
  process.out.text = '';
  expect(await process.run('explain', 'ftp/b1', '--from', 'state', '--json')).toBe(0);
  const { record, history } = JSON.parse(process.out.text);
  expect(record).toMatchObject({ health: { state: 'down' }, admin: { state: 'forced-up' }, desired: { state: 'up' } });
  expect(history.map(({ kind }: { kind: string }) => kind)).toContain('order');
});

it.each([
  [['explain', 'ftp/b7', '--from', 'state'], 'no backend in farm ftp "b7"; there are: b1, b2\n'],
  [['explain', 'fpt/b1', '--from', 'state'], 'no farm "fpt"; did you mean "ftp"?\n'],
  [['explain', 'ftp', '--from', 'state'], '"ftp" names no backend; it must be FARM/BACKEND\n'],
  [['explain', 'ftp/b1', '--from', 'elsewhere'], /^there is no journal at \S+\/elsewhere; name one with --from/],
  [
    ['explain', 'ftp/b1', '--from', 'state', '--last', '0'],
    /argument '0' is invalid\. It must be a whole number above 0/,
  ],
])('refuses %j with exit 2 and one clear line', async (args, message) => {
  await using process = await withJournal();
  expect(await process.run(...args)).toBe(2);
  expect(process.out.text).toBe('');
  expect(process.err.text).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});

it('writes a config to begin with, which can be used, and never over another one', async () => {
  await using process = await TestProcess.open();
  expect(await process.run('config', 'init')).toBe(0);
  const file = join(process.folder, 'farm-guardian.yaml');
  const text = await readFile(file, 'utf8');
  expect(parseConfig(text, file, { checkers, hooks: hookTypes }).farms).toHaveLength(1);
  await writeFile(file, 'mine');
  expect(await process.run('config', 'init')).toBe(2);
  expect(process.err.text).toBe('farm-guardian.yaml is there already: nothing is written\n');
  expect(await process.run('config', 'init', 'no/such/folder.yaml')).toBe(2);
  expect(process.err.text).toMatch(/^no\/such\/folder\.yaml cannot be written: ENOENT$/m);
  expect(await readFile(file, 'utf8')).toBe('mine');
});

it('prints a config as it is in force, and the schema for editors', async () => {
  await using process = await TestProcess.open();
  await process.run('config', 'init');
  process.out.text = '';
  expect(await process.run('config', 'print')).toBe(0);
  expect(process.out.text).toMatch(/^ {4}downInterval: 5s$/m);
  process.out.text = '';
  expect(await process.run('config', 'schema')).toBe(0);
  expect(JSON.parse(process.out.text)).toMatchObject({ title: 'Farm Guardian configuration' });
});

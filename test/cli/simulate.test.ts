import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withJournal } from './a-journal.ts';
import type { TestProcess } from './a-process.ts';

const journalIn = (process: TestProcess): string => join(process.folder, 'state', 'journal.jsonl');

it('says what other settings would have changed: in short, and each change beside what was', async () => {
  await using process = await withJournal();
  const before = await readFile(journalIn(process), 'utf8');
  expect(await process.run('simulate', '--from', 'state', '--fall', '8')).toBe(0);
  expect(process.out.text).toMatch(/^ +THEN +NOW\ntimes down +2 +1\n/);
  expect(process.out.text).toMatch(/^changes told to hooks +5 +3$/m);
  expect(process.out.text).toMatch(/^flaps avoided: 1$/m);
  expect(process.out.text).toMatch(/^in 8m 14s, from 2026-\S+Z to 2026-\S+Z$/m);
  expect(process.out.text.split('\n\n')[1]?.split('\n').slice(0, -1)).toEqual([
    'BACKEND  BELIEVED  TOLD  THEN                      NOW',
    expect.stringMatching(/^ftp\/b2 {3}up {8}up {4}2026-\S+Z {2}the same$/),
    expect.stringMatching(/^ftp\/b1 {3}up {8}up {4}2026-\S+Z {2}the same$/),
    expect.stringMatching(/^ftp\/b1 {3}down {6}down {2}2026-\S+Z {2}-$/),
    expect.stringMatching(/^ftp\/b1 {3}up {8}up {4}2026-\S+Z {2}-$/),
    expect.stringMatching(/^ftp\/b1 {3}down {6}down {2}2026-\S+Z {2}5s later$/),
  ]);
  expect(await readFile(journalIn(process), 'utf8')).toBe(before);
});

it('shows the guard by farm, and as many changes as are asked for', async () => {
  await using process = await withJournal();
  expect(await process.run('simulate', 'ftp', '--from', 'state', '--min-up', '100%', '--last', '2')).toBe(0);
  const [, guard, changes] = process.out.text.split('\n\n');
  expect(guard).toMatch(/^FARM +BELOW MINUP +NOW +HELD +NOW\nftp +- +- +- +\S.*, 1 at most$/);
  expect(changes?.split('\n')).toEqual([
    'BACKEND  BELIEVED  TOLD  THEN                      NOW',
    expect.stringMatching(/^ftp\/b1 {3}down {12}2026-\S+Z {2}the same$/),
    expect.stringMatching(/^ftp\/b1 {13}down {2}2026-\S+Z {2}-$/),
    '6 changes before these are not shown: --last 8 shows them, --json all',
    '',
  ]);
});

it('prints all of it as JSON', async () => {
  await using process = await withJournal();
  expect(await process.run('simulate', '--from', 'state/journal.jsonl', '--json')).toBe(0);
  const { turns, desired, ...others } = JSON.parse(process.out.text);
  expect(others).toMatchObject({
    downs: { was: 2, would: 2 },
    flapsAvoided: 0,
    told: { was: 5, would: 5 },
    farms: [{ farm: 'ftp', was: { belowMinUpMs: 0, heldMs: 0, mostHeld: 0 } }],
    remarks: [],
  });
  for (const { was, would } of [...turns, ...desired]) expect(would).toBe(was);
  expect(desired[0]).toEqual({ backend: 'ftp/b2', to: 'up', was: expect.any(Number), would: expect.any(Number) });
});

it.each<[options: string[], downs: number, told: number]>([
  [[], 2, 5],
  [['--fall', '1'], 2, 5],
  [['--fall', '8', '--rise', '1'], 1, 3],
  [['--interval', '60s', '--fast-interval', '60s'], 1, 3],
  [['--min-up', '2'], 2, 2],
  [['--min-up', '100%', '--when-all-fail', 'down'], 2, 2],
  [['--min-up', '1'], 2, 5],
  [['--flapping', '30,25'], 2, 5],
  [['--no-flapping'], 2, 5],
  [['--manual-resume'], 1, 3],
  [['--no-manual-resume'], 2, 5],
  [['--critical', 'neutral'], 0, 2],
  [['--warning', 'fail', '--unknown', 'fail'], 2, 5],
])('takes %j', async (options, downs, told) => {
  await using process = await withJournal();
  expect(await process.run('simulate', '--from', 'state', '--json', ...options)).toBe(0);
  const report = JSON.parse(process.out.text);
  expect([report.downs.would, report.told.would]).toEqual([downs, told]);
  expect([report.downs.was, report.told.was]).toEqual([2, 5]);
});

it('judges by another config, and options go before it', async () => {
  await using process = await withJournal();
  const config = (farm: string) => `farms:
  ${farm}: { check: { type: ftp }, backends: { b1: b1, b2: b2 }, interval: 10s, fall: 8, flapping: off }
`;
  await writeFile(join(process.folder, 'new.yaml'), config('ftp'));
  expect(await process.run('simulate', '--from', 'state', '--as', 'new.yaml')).toBe(0);
  expect(process.out.text).toMatch(/^times down +2 +1$/m);
  process.out.text = '';
  expect(await process.run('simulate', '--from', 'state', '--as', 'new.yaml', '--fall', '3')).toBe(0);
  expect(process.out.text).toMatch(/^times down +2 +2$/m);
  process.out.text = '';
  await writeFile(join(process.folder, 'other.yaml'), config('sftp'));
  expect(await process.run('simulate', '--from', 'state', '--as', 'other.yaml')).toBe(0);
  expect(process.out.text).toMatch(/^not in other.yaml, so judged as recorded: ftp$/m);
  expect(process.out.text).toMatch(/^times down +2 +2$/m);
});

it('tells of one backend only, and counts its farm as a whole', async () => {
  await using process = await withJournal();
  expect(await process.run('simulate', 'ftp/b2', '--from', 'state', '--min-up', '2', '--json')).toBe(0);
  const { turns, farms } = JSON.parse(process.out.text);
  expect(turns.map(({ backend }: { backend: string }) => backend)).toEqual(['ftp/b2']);
  expect(farms[0].would.mostHeld).toBe(1);
});

it('reads what the first versions wrote, and says what they did not tell', async () => {
  await using process = await withJournal();
  const [start = '', ...rest] = (await readFile(journalIn(process), 'utf8')).split('\n');
  const { farms, remembers: _, ...entry } = JSON.parse(start);
  const { rise, fall, intervalMs, fastIntervalMs, downIntervalMs } = farms.ftp;
  const old = { ...entry, farms: { ftp: { rise, fall, intervalMs, fastIntervalMs, downIntervalMs } } };
  await writeFile(journalIn(process), [JSON.stringify(old), ...rest].join('\n'));
  expect(await process.run('simulate', '--from', 'state')).toBe(0);
  expect(process.out.text).toMatch(/^the journal does not tell all settings, so the usual ones are taken for: ftp$/m);
  expect(process.out.text).toMatch(/^times down +2 +2$/m);
  expect(process.out.text).not.toMatch(/later|sooner/);
});

it('passes over lines that are cut, foreign or out of their mind', async () => {
  await using process = await withJournal();
  const text = await readFile(journalIn(process), 'utf8');
  const odd = (entry: object) => JSON.stringify({ sequence: 1, at: '2026-01-01T00:05:00.000Z', ...entry });
  const lines = [
    text.slice(0, 40),
    'not a journal',
    'null',
    odd({ type: 'alive', results: 1, at: 'yesterday' }),
    odd({ type: 'start', farms: { ftp: 5, other: null } }),
    odd({ type: 'chapter', farms: 'none' }),
    odd({ type: 'flap', farm: 'ftp', backend: 'b1' }),
    odd({ type: 'counted', farm: 'ftp', backend: 'b1', health: { state: 'confused' } }),
    odd({ type: 'isolation', isolated: true, why: '', doubtedSince: 'long ago' }),
    '\u0000'.repeat(1_000),
  ];
  await appendFile(journalIn(process), `${lines.join('\n')}\n${text.slice(0, 25)}`);
  expect(await process.run('simulate', '--from', 'state')).toBe(0);
  expect(process.err.text).toBe('');
  expect(process.out.text).toMatch(/^times down +2 +2$/m);
});

it.each([
  ['', /^there is nothing in \S+journal\.jsonl: not one entry of a journal\n$/],
  ['lorem ipsum\n'.repeat(1_000), /^there is nothing in \S+journal\.jsonl: not one entry of a journal\n$/],
])('refuses a file that is no journal', async (text, message) => {
  await using process = await withJournal();
  await writeFile(journalIn(process), text);
  expect(await process.run('simulate', '--from', 'state')).toBe(2);
  expect(process.out.text).toBe('');
  expect(process.err.text).toMatch(message);
});

it.each([
  [['fpt'], /^no farm "fpt"; did you mean "ftp"\?$/],
  [['ftp/b7'], /^no backend in farm ftp "b7"; there are: /],
  [['--fall', 'few'], /argument 'few' is invalid\. It must be a whole number above 0/],
  [['--interval', '5'], /argument '5' is invalid\. It must be a duration/],
  [['--min-up', 'half'], /argument 'half' is invalid\. It must be a number of backends or a share such as 50%/],
  [['--min-up', '101%'], /argument '101%' is invalid\. It must be a number of backends or a share such as 50%/],
  [['--when-all-fail', 'pray'], /argument 'pray' is invalid\. Allowed choices are down, hold/],
  [['--flapping', '25,30'], /argument '25,30' is invalid\. It must be percentages from 1 to 100 such as 30 or 30,25/],
  [['--flapping', '0'], /argument '0' is invalid\. It must be percentages/],
  [['--warning', 'maybe'], /argument 'maybe' is invalid\. Allowed choices are pass, fail, neutral/],
  [['--as', 'nowhere.yaml'], /^nowhere\.yaml: does not exist$/],
  [['--from', 'elsewhere'], /^there is no journal at \S+\/elsewhere; name one with --from/],
  [['--last', '0'], /argument '0' is invalid\. It must be a whole number above 0/],
  [['--flaping', '30'], /unknown option '--flaping' \(Did you mean --flapping\?\)/],
])('refuses %j with exit 2, and says why', async (args, message) => {
  await using process = await withJournal();
  expect(await process.run('simulate', '--from', 'state', ...args)).toBe(2);
  expect(process.out.text).toBe('');
  expect(process.err.text.trim()).toMatch(message);
});

it('refuses a config with a mistake', async () => {
  await using process = await withJournal();
  await writeFile(
    join(process.folder, 'new.yaml'),
    'farms: { ftp: { check: { type: ftp }, backends: { b1: b1 }, fal: 3 } }\n',
  );
  expect(await process.run('simulate', '--from', 'state', '--as', 'new.yaml')).toBe(2);
  expect(process.err.text).toMatch(/^new\.yaml:1:\d+: farms\.ftp\.fal: .*did you mean "?fall/m);
});

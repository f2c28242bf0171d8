import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Status } from '../../src/checker/status.ts';
import { simulate } from '../../src/guardian/simulate.ts';
import { reportOf } from '../../src/guardian/simulation-report.ts';
import { type BackendHistory, readHistory } from '../../src/journal/history.ts';
import type { FarmSettings } from '../../src/journal/journal-entry.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { FarmLab } from './a-farm.ts';

/** What b1 answers, and for how long. */
type Weather = readonly (readonly [Status | 'hang', forMs: number])[];

/** The history of a backend under some weather. */
const record = async (weather: Weather): Promise<{ b1: BackendHistory; settings: FarmSettings }> => {
  await using lab = await FarmLab.open();
  {
    await using _guardian = await lab.start();
    for (const [status, forMs] of weather) {
      lab.answers.set('b1', status);
      await lab.clock.advance(forMs);
    }
  }
  const { backends, settings } = await readHistory(readJournal(join(lab.folder, 'state', 'journal.jsonl')));
  const [b1, ftp] = [backends.get('ftp/b1'), settings['ftp']];
  if (!b1 || !ftp) throw new Error('nothing recorded');
  return { b1, settings: ftp };
};

it('finds what happened when nothing is changed, to the second, whatever the weather', async () => {
  const weather = fc.array(
    fc.tuple(
      fc.constantFrom<Status | 'hang'>('OK', 'CRITICAL', 'WARNING', 'UNKNOWN', 'hang'),
      fc.integer({ min: 500, max: 90_000 }),
    ),
    { minLength: 2, maxLength: 10 },
  );
  await fc.assert(
    fc.asyncProperty(weather, async (changes) => {
      const { b1, settings } = await record([['OK', 20_000], ...changes]);
      const { was, would } = simulate(b1, settings, settings);
      const seconds = (turns: typeof was) => turns.map(({ to, at }) => `${to} ${Math.round(at / 1_000)}`);
      expect(seconds(would)).toEqual(seconds(was));
      expect(would.map(({ since }) => since)).toEqual(was.map(({ since }) => since));
    }),
    { numRuns: 40 },
  );
});

it('says which flaps a higher fall avoids, and what it costs in time', async () => {
  const { b1, settings } = await record([
    ['OK', 60_000],
    ['CRITICAL', 14_000],
    ['OK', 120_000],
    ['CRITICAL', 300_000],
    ['OK', 60_000],
  ]);
  const comparison = simulate(b1, settings, { ...settings, fall: 8 });
  const report = reportOf(new Map([['ftp/b1', comparison]]));
  expect(report.downs).toEqual({ was: 2, would: 1 });
  expect(report.flapsAvoided).toBe(1);
  expect(report.turns.map(({ to, was, would }) => `${to} ${was !== null} ${would !== null}`)).toEqual([
    'up true true',
    'down true false',
    'up true false',
    'down true true',
    'up true true',
  ]);
  const { was, would } = report.detection;
  expect((would.medianMs ?? 0) - (was.longestMs ?? 0)).toBeGreaterThanOrEqual(4_000);
});

it('sees sooner with a shorter interval', async () => {
  const { b1, settings } = await record([
    ['OK', 60_000],
    ['CRITICAL', 300_000],
  ]);
  const faster = { ...settings, intervalMs: 1_000, fastIntervalMs: 200, downIntervalMs: 1_000 };
  const { detection } = reportOf(new Map([['ftp/b1', simulate(b1, settings, faster)]]));
  expect(detection.would.medianMs).toBeLessThan(detection.was.medianMs ?? 0);
});

it('does not bridge the time while no guardian looked', async () => {
  await using lab = await FarmLab.open();
  for (const status of ['OK', 'CRITICAL'] as const) {
    lab.answers.set('b1', status);
    await using _guardian = await lab.start();
    await lab.clock.advance(60_000);
  }
  const { backends, settings } = await readHistory(readJournal(join(lab.folder, 'state', 'journal.jsonl')));
  const b1 = backends.get('ftp/b1');
  if (!b1 || !settings['ftp']) throw new Error('nothing recorded');
  expect(b1.runs.map(({ status, continues }) => `${status} ${continues}`)).toEqual(['OK false', 'CRITICAL false']);
  const { was, would } = simulate(b1, settings['ftp'], settings['ftp']);
  expect(would.map(({ to, at }) => [to, at])).toEqual(was.map(({ to, at }) => [to, at]));
});

import { expect, it } from 'vitest';
import type { Status } from '../../src/checker/status.ts';
import type { SettingChanges } from '../../src/simulation/settings.ts';
import type { SimulationReport } from '../../src/simulation/simulation-report.ts';
import { type Happening, recordOf, tryOut } from './a-record.ts';

/** A line of what happens: `b1 CRITICAL 30`, `b1 drain 30`, all for so many seconds. */
const play = (lines: string): Happening[] =>
  lines.split(', ').map((line) => {
    const [backend = '', word = '', seconds] = line.split(' ');
    const forMs = Number(seconds) * 1_000;
    if (word === 'drain' || word === 'ready') return { forMs, backend, ordered: word, lastsMs: null };
    return { forMs, backend, answers: word as Status };
  });

/** `b1 down: then now`, `b1 up: now` … */
const rows = (turns: SimulationReport['turns'] | SimulationReport['desired']): string[] =>
  turns.map(({ backend, to, was, would }) => {
    const when = [was !== null && 'then', would !== null && 'now'].filter(Boolean).join(' ');
    return `${backend.replace('ftp/', '')} ${to}: ${when}`;
  });

it.each<[what: string, happens: string, changes: SettingChanges, rows: string[]]>([
  [
    'a higher fall sits a short fault out',
    'b1 OK 60, b1 CRITICAL 14, b1 OK 120, b1 CRITICAL 300',
    { fall: 8 },
    ['b1 down: then', 'b1 up: then', 'b1 down: then now'],
  ],
  [
    'a lower fall believes one failure',
    'b1 OK 60, b1 CRITICAL 10, b1 OK 60',
    { fall: 1 },
    ['b1 down: now', 'b1 up: now'],
  ],
  [
    'minUp holds the last two that failed',
    'b1 OK 60, b1 CRITICAL 60, b2 CRITICAL 60, b3 CRITICAL 60, b3 OK 60',
    { guard: { minUp: { count: 2 } } },
    ['b1 down: then now', 'b2 down: then', 'b3 down: then', 'b3 up: then'],
  ],
  [
    'whenAllFail holds the very last one',
    'b1 OK 60, b1 CRITICAL 60, b2 CRITICAL 60, b3 CRITICAL 60',
    { guard: { whenAllFail: 'hold' } },
    ['b1 down: then now', 'b2 down: then now', 'b3 down: then'],
  ],
  [
    'manualResume waits for an operator',
    'b1 OK 60, b1 CRITICAL 30, b1 OK 60, b1 ready 30',
    { manualResume: true },
    ['b1 down: then now', 'b1 up: then now'],
  ],
  [
    'WARNING may be taken for a failure',
    'b1 OK 60, b1 WARNING 60, b1 OK 60',
    { evidence: { WARNING: 'fail' } },
    ['b1 down: now', 'b1 up: now'],
  ],
  [
    'UNKNOWN may be taken for a failure',
    'b1 OK 60, b1 UNKNOWN 60, b1 CRITICAL 60',
    { evidence: { UNKNOWN: 'fail' } },
    ['b1 down: then now'],
  ],
  [
    'CRITICAL may be taken for nothing',
    'b1 OK 60, b1 CRITICAL 60',
    { evidence: { CRITICAL: 'neutral' } },
    ['b1 down: then'],
  ],
  [
    'orders are replayed as they were',
    'b1 OK 60, b1 drain 20, b1 CRITICAL 60, b1 OK 20, b1 ready 20',
    { fall: 80 },
    ['b1 drain: then now', 'b1 down: then', 'b1 drain: then', 'b1 up: then now'],
  ],
  [
    'what an operator forced out counts for nothing in the guard',
    'b1 OK 60, b1 drain 20, b2 CRITICAL 60, b3 CRITICAL 60',
    { guard: { minUp: { percent: 34 }, whenAllFail: 'hold' } },
    ['b1 drain: then now', 'b2 down: then', 'b3 down: then'],
  ],
])('%s', async (_what, happens, changes, expected) => {
  const { desired } = tryOut(await recordOf(play(happens)), changes);
  // Each begins with the first evidence.
  expect(rows(desired).slice(3)).toEqual(expected);
});

it('says which flaps a higher fall avoids, and what it costs in time', async () => {
  const record = await recordOf(play('b1 OK 60, b1 CRITICAL 14, b1 OK 120, b1 CRITICAL 300, b1 OK 60'));
  const { downs, flapsAvoided, told, detection } = tryOut(record, { fall: 8 });
  expect({ downs, flapsAvoided, told }).toEqual({
    downs: { was: 2, would: 1 },
    flapsAvoided: 1,
    told: { was: 7, would: 5 },
  });
  expect((detection.would.medianMs ?? 0) - (detection.was.longestMs ?? 0)).toBeGreaterThanOrEqual(4_000);
});

it('makes what flaps take longer to come back', async () => {
  const restless = 'b1 OK 40, b1 CRITICAL 30, b1 OK 40, b1 CRITICAL 30, b1 OK 40, b1 CRITICAL 30, b1 OK 40';
  const { recovery } = tryOut(await recordOf(play(restless)), { flapping: { high: 10, low: 5 } });
  expect((recovery.would.longestMs ?? 0) - (recovery.was.longestMs ?? 0)).toBeGreaterThanOrEqual(3_000);
});

it('sees sooner with shorter intervals', async () => {
  const record = await recordOf(play('b1 OK 60, b1 CRITICAL 300'));
  const { detection, turns } = tryOut(record, { intervalMs: 1_000, fastIntervalMs: 200, downIntervalMs: 1_000 });
  expect(rows(turns)).toContain('b1 down: then now');
  expect(detection.would.medianMs).toBeLessThan(detection.was.medianMs ?? 0);
});

it('counts how long each farm was below minUp, and how long its guard held', async () => {
  const record = await recordOf(play('b1 OK 60, b1 CRITICAL 60, b2 CRITICAL 60, b3 CRITICAL 60'), {
    guard: { minUp: { count: 3 }, whenAllFail: 'down' },
  });
  const [farm] = tryOut(record, { guard: { minUp: { count: 2 }, whenAllFail: 'hold' } }).farms;
  expect(farm?.was.mostHeld).toBe(2);
  expect(farm?.would.mostHeld).toBe(2);
  // Then all were given up in the end, now two are held to the end.
  expect(farm?.was.heldMs).toBeCloseTo(112_000, -4);
  expect(farm?.would.heldMs).toBeCloseTo(117_000, -4);
  expect(farm?.was.belowMinUpMs).toBeGreaterThan(0);
  expect(farm?.would.belowMinUpMs).toBe(0);
});

it('does not bridge the time while no guardian looked', async () => {
  const record = await recordOf([...play('b1 OK 60'), { restartAfterMs: 30_000, forMs: 0 }, ...play('b1 CRITICAL 60')]);
  const spells = record.farms.get('ftp')?.backends.get('b1')?.spells ?? [];
  expect(spells.map(({ status, afterGap }) => `${status} ${afterGap}`)).toEqual(['OK true', 'CRITICAL true']);
  const { turns } = tryOut(record, { flapping: { high: 100, low: 100 } });
  for (const { was, would } of turns) expect(would).toBe(was);
});

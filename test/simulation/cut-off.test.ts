import { expect, it } from 'vitest';
import type { JournalEvent } from '../../src/journal/journal-entry.ts';
import { readRecord } from '../../src/simulation/read-record.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const settings = { rise: 1, fall: 1, intervalMs: 10_000, fastIntervalMs: 1_000, downIntervalMs: 10_000 };
const about = { farm: 'ftp', backend: 'b1' } as const;
const failed = { ...about, type: 'result', status: 'CRITICAL', code: 'refused', summary: '', durationMs: 0 } as const;

/** A journal of these events, each at a second. */
async function* journal(events: readonly (readonly [second: number, event: JournalEvent])[]) {
  for (const [i, [second, event]] of events.entries())
    yield { sequence: i + 1, at: new Date(second * 1_000).toISOString(), ...event };
}

/** One that was cut off from second 20 to 50, and asked from 19.5 on. */
const cutOff = (failsAt: number, until: number) =>
  journal([
    [0, { type: 'start', remembers: true, farms: { ftp: { ...settings, backends: { b1: 'same' } } } }],
    [1, { ...about, type: 'result', status: 'OK', code: 'ok', summary: '', durationMs: 0 }],
    [failsAt, { ...failed, after: { count: 2, until: new Date((failsAt - 1) * 1_000).toISOString() } }],
    [20, { type: 'isolation', isolated: true, why: 'nobody answers', doubtedSince: new Date(19_500).toISOString() }],
    [50, { type: 'isolation', isolated: false, why: 'somebody does' }],
    [until, { type: 'results', ...about, count: 3, until: new Date(until * 1_000).toISOString() }],
    [until, { type: 'stop' }],
  ]);

it.each<[what: string, failsAt: number, until: number, turns: string[]]>([
  ['before the guardian asked', 18, 45, ['up 1', 'down 18']],
  ['while it asked', 19.7, 45, ['up 1']],
  ['while it was cut off', 21, 45, ['up 1']],
  ['while it was cut off, and afterwards', 21, 70, ['up 1', 'down 51']],
])('believes what failed %s as the guardian did', async (_what, failsAt, until, turns) => {
  const record = await readRecord(cutOff(failsAt, until));
  const [farm] = simulate(record, (recorded) => ({ ...recorded, flapping: null, downIntervalMs: 9_000 }));
  expect(farm?.would.turns.map(({ to, at }) => `${to} ${at / 1_000}`)).toEqual(turns);
});

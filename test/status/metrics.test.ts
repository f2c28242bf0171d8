import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import type { GuardianStatus } from '../../src/guardian/guardian-status.ts';
import { Metrics } from '../../src/status/metrics.ts';
import { FarmLab } from '../guardian/a-farm.ts';
import { showing, status } from './a-status.ts';

const textOf = async (metrics: Metrics, now: GuardianStatus) => {
  let text = '';
  for await (const slice of metrics.text(showing(now))) text += slice;
  return text;
};

/** The samples of a family, as they are written. */
const family = (text: string, name: string) =>
  text.split('\n').filter((line) => line.startsWith(`farm_guardian_${name}`));

it('shows what a guardian has seen, decided and delivered', async () => {
  await using lab = await FarmLab.open();
  const metrics = new Metrics(lab.clock);
  await using guardian = await lab.start(lab.config({ guard: { minUp: { count: 1 }, whenAllFail: 'hold' } }));
  metrics.listen(guardian);
  await lab.clock.advance(10_000);
  lab.answers.set('b1', 'CRITICAL').set('b2', 'hang');
  await lab.clock.advance(40_000);
  const text = await textOf(metrics, guardian.status());
  const ftp = (backend: string, more: string) => `{farm="ftp",backend="${backend}"${more}}`;

  expect(family(text, 'backend_up{')).toEqual([
    `farm_guardian_backend_up${ftp('b1', '')} 0`,
    `farm_guardian_backend_up${ftp('b2', '')} 0`,
  ]);
  expect(family(text, 'backend_state{').filter((line) => line.endsWith(' 1'))).toEqual([
    `farm_guardian_backend_state${ftp('b1', ',state="down"')} 1`,
    `farm_guardian_backend_state${ftp('b2', ',state="down"')} 1`,
  ]);
  expect(family(text, 'backend_state{')).toHaveLength(10);
  expect(text).toMatch(/^farm_guardian_checks_total\{farm="ftp",backend="b1",status="CRITICAL",code="refused"\} \d+$/m);
  expect(text).toMatch(/^farm_guardian_checks_total\{farm="ftp",backend="b2",status="CRITICAL",code="timeout"\} \d+$/m);
  expect(family(text, 'transitions_total')).toEqual([
    `farm_guardian_transitions_total${ftp('b1', ',to="up"')} 1`,
    `farm_guardian_transitions_total${ftp('b1', ',to="down"')} 1`,
    `farm_guardian_transitions_total${ftp('b2', ',to="up"')} 1`,
    `farm_guardian_transitions_total${ftp('b2', ',to="down"')} 1`,
  ]);
  expect(text).toContain('farm_guardian_hook_deliveries_total{farm="ftp",hook="telling",outcome="delivered"} 3\n');
  expect(text).toContain('farm_guardian_hook_pending{farm="ftp",hook="telling"} 0\n');
  expect(text).toContain('farm_guardian_guard_held{farm="ftp"} 1\n');
  expect(text).toContain('farm_guardian_isolated 0\n');
  expect(text).toMatch(/^farm_guardian_check_duration_seconds_bucket\{farm="ftp",le="2.5"\} (\d+)$/m);
  const buckets = family(text, 'check_duration_seconds_bucket').map((line) => Number(line.split(' ')[1]));
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  expect(family(text, 'check_duration_seconds_count')).toEqual([
    `farm_guardian_check_duration_seconds_count{farm="ftp"} ${buckets.at(-1)}`,
  ]);
  expect(text).toContain(`farm_guardian_runs_missed_total ${guardian.status().schedule.missed}\n`);
  const [completed = ''] = family(text, 'last_completed_check_timestamp_seconds');
  expect(Number(completed.split(' ')[1])).toBeCloseTo(lab.clock.wallTime() / 1_000, -2);
});

it.each([
  ['is taken', async () => 'a report', 1],
  ['is refused', async () => Promise.reject(new Error('no')), 0],
])('says whether the latest config that was read %s', async (_name, reload, value) => {
  const metrics = new Metrics(new ManualClock());
  expect(await textOf(metrics, status)).toContain('farm_guardian_config_last_reload_successful 1\n');
  await metrics.reloading(reload()).catch(() => {});
  expect(await textOf(metrics, status)).toContain(`farm_guardian_config_last_reload_successful ${value}\n`);
});

it('counts what waits for a hook, and forgets a farm that is gone', async () => {
  const metrics = new Metrics(new ManualClock());
  const hook = {
    hook: 'exec',
    driver: 'exec x',
    pending: 1,
    delivered: 2,
    failed: 3,
    resynced: 4,
    drifted: 5,
    unread: 6,
  };
  const farms = status.farms.map((farm) => ({ ...farm, hooks: [hook] }));
  const text = await textOf(metrics, { ...status, farms });
  expect(text).toContain('farm_guardian_hook_pending{farm="ftp",hook="exec"} 1\n');
  expect(text).toContain('farm_guardian_hook_deliveries_total{farm="ftp",hook="exec",outcome="failed"} 3\n');
  expect(family(text, 'schedule_lateness_seconds')).toEqual([
    'farm_guardian_schedule_lateness_seconds_bucket{le="+Inf"} 1',
    'farm_guardian_schedule_lateness_seconds_sum 0',
    'farm_guardian_schedule_lateness_seconds_count 1',
  ]);
  expect(await textOf(metrics, { ...status, farms: [] })).not.toContain('farm="ftp"');
});

it('is text that Prometheus reads: every family once, with its type before its samples', async () => {
  const text = await textOf(new Metrics(new ManualClock()), status);
  const names = [...text.matchAll(/^# TYPE (\S+) (?:counter|gauge|histogram)$/gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  let current = '';
  for (const line of text.split('\n').filter(Boolean)) {
    if (line.startsWith('# TYPE')) current = line.split(' ')[2] ?? '';
    else if (!line.startsWith('#'))
      expect(line).toMatch(new RegExp(`^${current}(_bucket|_sum|_count)?(\\{[^}]*\\})? -?[0-9.e+]+$`));
  }
});

it('leaves the loop to others while it writes ten thousand backends', async () => {
  const [farm] = status.farms;
  if (!farm) throw new Error('no farm');
  const backends = Array.from({ length: 10_000 }, (_, i) => ({
    ...farm.backends[0],
    id: `b${i}`,
  })) as typeof farm.backends;
  const metrics = new Metrics(new ManualClock());
  let slices = 0;
  let longest = 0;
  for await (const slice of metrics.text(showing({ ...status, farms: [{ ...farm, backends }] }))) {
    slices++;
    longest = Math.max(longest, slice.length);
  }
  expect(slices).toBeGreaterThan(100);
  expect(longest).toBeLessThan(128 * 1024);
});

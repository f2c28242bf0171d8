import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { Metrics } from '../../src/status/metrics.ts';
import { Pulse } from '../../src/status/pulse.ts';
import { supervisorPages } from '../../src/status/supervisor-pages.ts';
import { FarmLab } from '../guardian/a-farm.ts';
import { asked } from './asked.ts';

it('is alive while results come as often as the farm wants them, and not when they stay away', async () => {
  await using lab = await FarmLab.open();
  const [metrics, pulse] = [new Metrics(lab.clock), new Pulse(lab.clock)];
  await using guardian = await lab.start();
  const { events } = guardian;
  pulse.listen(events);
  const { farms } = lab.config();
  const pages = supervisorPages({ guardian: () => guardian, farms: () => farms, metrics, pulse });
  const healthz = () => pages(asked('/healthz'));
  await lab.clock.advance(600_000);
  expect(await healthz()).toMatchObject({ code: 200, body: { alive: true } });
  await guardian.stop();
  await lab.clock.advance(20_000);
  expect(await healthz()).toMatchObject({ code: 200 });
  await lab.clock.advance(10_000);
  expect(await healthz()).toMatchObject({ code: 503, body: { alive: false } });
});

it('has neither health nor metrics before the guardian is there', async () => {
  const clock = new ManualClock();
  const pages = supervisorPages({
    guardian: () => undefined,
    farms: () => [],
    metrics: new Metrics(clock),
    pulse: new Pulse(clock),
  });
  expect(await pages(asked('/healthz'))).toMatchObject({ code: 503, body: { alive: false } });
  expect(await pages(asked('/metrics'))).toMatchObject({ code: 503 });
  expect(await pages(asked('/elsewhere'))).toBeUndefined();
});

import { expect, it } from 'vitest';
import { result } from '../../src/checker/result.ts';
import type { CheckOutcome } from '../../src/checker/run-check.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { planChecks } from '../../src/farm/plan.ts';
import { parseUrl } from '../../src/status/answer.ts';
import { badgePages } from '../../src/status/badge.ts';
import { dashboardPages } from '../../src/status/dashboard.ts';
import { eventPages } from '../../src/status/event-pages.ts';
import { probePages } from '../../src/status/probe.ts';
import { FarmLab } from '../guardian/a-farm.ts';
import { showing, status } from './a-status.ts';
import { asked } from './asked.ts';

it.each([
  ['/badge/ftp.svg', 'ftp: 5 of 7 up', '#b58900'],
  ['/badge/ftp/b1.svg', 'ftp/b1: up', '#2e7d32'],
  ['/badge/ftp/b2.svg', 'ftp/b2: falling', '#b58900'],
  ['/badge/ftp/b3.svg', 'ftp/b3: down', '#b58900'],
  ['/badge/ftp/b4.svg', 'ftp/b4: down', '#c62828'],
  ['/badge/ftp/b5.svg', 'ftp/b5: starting', '#666'],
])('draws %s', async (url, title, colour) => {
  const answer = await badgePages(() => showing(status))(asked(url));
  expect(answer).toMatchObject({ code: 200, type: 'image/svg+xml; charset=utf-8' });
  expect(answer?.body).toContain(`<title>${title}</title>`);
  expect(answer?.body).toContain(`fill="${colour}"`);
});

it.each([
  ['/badge/nope.svg', 404],
  ['/badge/ftp/b9.svg', 404],
])('draws no %s', async (url, code) => {
  expect(await badgePages(() => showing(status))(asked(url))).toMatchObject({ code });
});

it('takes two slashes in front for a path that is not there, not for a host', () => {
  expect(parseUrl('//metrics')?.path).toEqual(['', 'metrics']);
  expect(parseUrl('http://guardian:9720/metrics')?.path).toEqual(['metrics']);
});

it('leaves to others what is no badge', async () => {
  for (const url of ['/badge', '/badge/ftp', '/badge/a/b/c.svg', '/api/v1/farms'])
    expect(await badgePages(() => showing(status))(asked(url))).toBeUndefined();
});

it('tells events while they happen, says that it is there meanwhile, and forgets a reader who has gone', async () => {
  await using lab = await FarmLab.open();
  await using guardian = await lab.start();
  const { events } = guardian;
  const listeners = () => events.listenerCount('turned');
  const before = listeners();
  const gone = new AbortController();
  const pages = eventPages({ events: () => events, clock: lab.clock });
  const answer = await pages({ ...asked('/api/v1/events'), signal: gone.signal });
  expect(answer).toMatchObject({ code: 200, type: 'text/event-stream; charset=utf-8' });
  const heard: string[] = [];
  const reading = (async () => {
    for await (const slice of (answer as { body: AsyncIterable<string> }).body) heard.push(slice);
  })();
  await lab.clock.advance(0);
  expect(listeners()).toBe(before + 1);
  guardian.recheck({ farm: 'ftp', backend: 'b1' });
  await lab.clock.advance(0);
  const told = heard.join('').split('\n\n');
  expect(told[0]).toBe(': farm-guardian');
  expect(told.map((event) => event.split('\n')[0]).slice(1, 4)).toEqual([
    'event: turned',
    'event: desired',
    'event: delivery',
  ]);
  expect(JSON.parse(told[1]?.split('data: ')[1] ?? '')).toEqual({
    farm: 'ftp',
    backend: 'b1',
    to: 'up',
    status: 'OK',
    code: 'ok',
    summary: 'is OK',
  });
  await lab.clock.advance(40_000);
  expect(heard.at(-1)).toBe(':\n\n');
  gone.abort();
  await reading;
  expect(listeners()).toBe(before);
});

it('probes a backend of a farm, by address, host or id, and nothing else', async () => {
  await using lab = await FarmLab.open();
  const { farms } = lab.config();
  const plans = (farm: string) => farms.filter(({ id }) => id === farm).flatMap(planChecks);
  const probed: string[] = [];
  let outcome: CheckOutcome = result({ status: 'WARNING', code: 'throttled', summary: 'busy' });
  const pages = probePages({
    plans,
    clock: lab.clock,
    run: async ({ id }) => {
      probed.push(id);
      return outcome;
    },
  });
  const probe = (query: string) => pages(asked(`/probe?${query}`));
  expect((await probe('target=b1:21&module=ftp'))?.body).toMatch(/^probe_success 1$/m);
  outcome = result({ status: 'CRITICAL', code: 'refused', summary: 'no' });
  const down = await probe('target=b2&module=ftp');
  expect(down?.body).toMatch(/^probe_success 0$/m);
  expect(down?.body).toContain('farm_guardian_probe_result{status="CRITICAL",code="refused"} 1\n');
  expect(down?.body).toMatch(/^probe_duration_seconds 0$/m);
  expect(probed).toEqual(['ftp/b1', 'ftp/b2']);
  for (const [query, code] of [
    ['module=ftp', 400],
    ['target=b1', 400],
    ['target=b1&module=nope', 404],
    ['target=b1:22&module=ftp', 404],
    ['target=elsewhere&module=ftp', 404],
  ] as const)
    expect(await probe(query), query).toMatchObject({ code });
  expect(probed).toHaveLength(2);
});

it('runs ten probes at once and no more', async () => {
  await using lab = await FarmLab.open();
  const { farms } = lab.config();
  const plans = (farm: string) => farms.filter(({ id }) => id === farm).flatMap(planChecks);
  let resolve: (outcome: CheckOutcome) => void = () => {};
  const promise = new Promise<CheckOutcome>((done) => {
    resolve = done;
  });
  const pages = probePages({ plans, clock: new ManualClock(), run: () => promise });
  const ask = () => pages(asked('/probe?target=b1&module=ftp'));
  const running = Array.from({ length: 10 }, ask);
  expect(await ask()).toMatchObject({ code: 503 });
  resolve(result({ status: 'OK', code: 'ok', summary: '' }));
  await Promise.all(running);
  expect(await ask()).toMatchObject({ code: 200 });
});

it('is a page that loads nothing from elsewhere', async () => {
  const answer = await dashboardPages(asked('/'));
  expect(answer).toMatchObject({ code: 200, type: 'text/html; charset=utf-8' });
  expect(answer?.headers?.['content-security-policy']).toContain("default-src 'none'");
  expect(answer?.body).not.toMatch(/https?:\/\/|innerHTML/);
  expect(await dashboardPages(asked('/elsewhere'))).toBeUndefined();
});

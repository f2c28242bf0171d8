import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { Address } from '../../src/config/config.ts';
import { anyAnswers } from '../../src/guardian/canaries.ts';
import { Isolation } from '../../src/guardian/isolation.ts';
import type { Evidence } from '../../src/health/backend-health.ts';
import { drive } from '../checks/drive.ts';
import { freePort } from '../free-port.ts';
import { FarmLab } from './a-farm.ts';

const canary: Address = { host: '192.0.2.1', port: 22 };

/** An isolation whose canaries answer as they are told to, and what it made of the evidence. */
class Trial implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly heard: string[] = [];
  readonly changes: string[] = [];
  answers = false;
  asked = 0;
  readonly isolation: Isolation;

  constructor(canaries = [canary]) {
    this.isolation = new Isolation({
      clock: this.clock,
      canaries,
      onError: (error) => {
        throw error;
      },
      onChange: (isolated, why) => this.changes.push(`${isolated ? 'cut off' : 'back'}: ${why}`),
      ask: async () => {
        this.asked++;
        return this.answers;
      },
    });
  }

  say(id: string, evidence: Evidence, { decisive = true, counts = true, startedAt = this.clock.now() } = {}): void {
    this.isolation.weigh({
      id,
      evidence,
      startedAt,
      counts,
      isDecisive: () => decisive,
      believe: (understood) => this.heard.push(`${id} ${understood}`),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.isolation[Symbol.asyncDispose]();
    expect(this.clock.timers).toBe(0);
  }
}

it('believes everything at once where there are no canaries', async () => {
  await using trial = new Trial([]);
  for (const id of ['a', 'b', 'c']) trial.say(id, 'fail');
  expect(trial.heard).toEqual(['a fail', 'b fail', 'c fail']);
  expect(trial.asked).toBe(0);
});

it('asks nobody while most checks pass, nor for what decides nothing', async () => {
  await using trial = new Trial();
  trial.say('a', 'fail', { decisive: false });
  for (const id of ['b', 'c', 'd']) trial.say(id, 'pass');
  trial.say('a', 'fail');
  expect(trial.heard).toEqual(['a fail', 'b pass', 'c pass', 'd pass', 'a fail']);
  expect(trial.asked).toBe(0);
});

it('holds failures back until a canary has answered, and believes them then, in their order', async () => {
  await using trial = new Trial();
  trial.answers = true;
  trial.say('a', 'fail');
  trial.say('b', 'fail');
  trial.say('c', 'pass');
  trial.say('d', 'fail', { decisive: false });
  expect(trial.heard).toEqual(['c pass', 'd fail']);
  await trial.clock.advance(0);
  expect(trial.heard).toEqual(['c pass', 'd fail', 'a fail', 'b fail']);
  trial.say('e', 'fail');
  expect(trial.heard.at(-1)).toBe('e fail');
  expect(trial.asked).toBe(1);
  await trial.clock.advance(1_000);
  trial.say('f', 'fail');
  expect(trial.asked).toBe(2);
  await trial.clock.advance(0);
  expect(trial.changes).toEqual([]);
});

it('takes failures for nothing while no canary answers, until one does', async () => {
  await using trial = new Trial();
  trial.say('a', 'fail');
  await trial.clock.advance(0);
  trial.say('b', 'fail');
  trial.say('c', 'pass');
  expect(trial.heard).toEqual(['a neutral', 'b neutral', 'c pass']);
  expect(trial.isolation.status).toEqual({
    since: '2026-01-01T00:00:00.000Z',
    why: '1 of 1 checks that reported lately failed, and the canary does not answer',
  });
  await trial.clock.advance(5_000);
  expect(trial.asked).toBe(6);
  trial.answers = true;
  await trial.clock.advance(1_000);
  expect(trial.isolation.isolated).toBe(false);
  expect(trial.changes.at(-1)).toBe('back: a canary answers again');
});

it('does not believe a failure that began while it was cut off', async () => {
  await using trial = new Trial();
  trial.say('a', 'fail');
  await trial.clock.advance(500);
  trial.answers = true;
  await trial.clock.advance(1_000);
  trial.say('b', 'fail', { startedAt: 900 });
  expect(trial.heard.at(-1)).toBe('b neutral');
  trial.say('c', 'pass');
  trial.say('c', 'fail', { decisive: false });
  expect(trial.heard.at(-1)).toBe('c fail');
});

it('finds itself connected once most checks pass, whatever the canaries say', async () => {
  await using trial = new Trial();
  for (const id of ['a', 'b', 'c']) trial.say(id, 'fail');
  await trial.clock.advance(500);
  trial.say('a', 'pass');
  await trial.clock.advance(1_000);
  expect(trial.isolation.isolated).toBe(true);
  trial.say('b', 'pass');
  await trial.clock.advance(1_000);
  expect(trial.changes.at(-1)).toBe('back: most checks pass again');
});

it('does not count backends that are down anyway', async () => {
  await using trial = new Trial();
  for (const id of ['x', 'y', 'z']) trial.say(id, 'fail', { counts: false, decisive: false });
  trial.say('a', 'fail', { decisive: false });
  trial.say('b', 'pass');
  trial.say('a', 'fail');
  expect(trial.asked).toBe(0);
});

it('is back at once when the canaries are taken away', async () => {
  await using trial = new Trial();
  trial.say('a', 'fail');
  await trial.clock.advance(0);
  trial.isolation.canaries = [];
  expect(trial.changes.at(-1)).toBe('back: there are no canaries any more');
});

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { readonly port: number }).port)),
  );

it('takes a connection for an answer, and a refusal too, but not silence', async () => {
  const server = createServer();
  const { signal } = new AbortController();
  try {
    const here = { host: '127.0.0.1', port: await listen(server) };
    const refusing = { host: '127.0.0.1', port: await freePort() };
    const silent = { host: 'canary.invalid', port: 22 };
    expect(await anyAnswers([silent, here], systemClock, signal)).toBe(true);
    expect(await anyAnswers([refusing], systemClock, signal)).toBe(true);
    expect(await anyAnswers([silent], systemClock, signal)).toBe(false);
    expect(await anyAnswers([here], systemClock, AbortSignal.abort())).toBe(false);
  } finally {
    server.close();
  }
});

it('freezes what is desired while it is cut off, but for what operators order, and says so in the journal', async () => {
  await using lab = await FarmLab.open();
  const silent = { host: 'canary.invalid', port: 22 };
  const backends = ['b1', 'b2', 'b3'].map((id) => ({ id, host: id, port: 21 }));
  const config = { ...lab.config({ backends }), canaries: [silent] };
  await using guardian = await lab.start(config);
  await lab.clock.advance(10_000);
  lab.told.length = 0;
  for (const { id } of backends) lab.answers.set(id, 'CRITICAL');
  const cutOff = new Promise((resolve) => guardian.events.once('isolation', resolve));
  await lab.clock.advance(30_000);
  await cutOff;
  await lab.clock.advance(60_000);
  expect(lab.told).toEqual([]);
  expect(guardian.status().isolated?.why).toMatch(/^\d of \d checks that reported lately failed/);
  guardian.order({ farm: 'ftp', backend: 'b1' }, { state: 'drain', author: 'ann', reason: 'test', until: null });
  await lab.clock.advance(0);
  expect(lab.told).toEqual(['ftp/b1 drain']);
  for (const { id } of backends) lab.answers.set(id, 'OK');
  const back = new Promise((resolve) => guardian.events.once('isolation', resolve));
  await drive(lab.clock, back);
  expect(await back).toMatchObject({ isolated: false });
  expect(lab.told).toEqual(['ftp/b1 drain']);
  expect(guardian.status()).toMatchObject({ isolated: null, farms: [{ backends: [{ health: 'up' }, {}, {}] }] });
  const journal = await readFile(join(lab.folder, 'state/journal.jsonl'), 'utf8');
  expect(journal.match(/"type":"isolation","isolated":(true|false)/g)).toHaveLength(2);
});

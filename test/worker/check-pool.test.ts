import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnyChecker, type Check, defineChecker } from '../../src/checker/checker.ts';
import { Range } from '../../src/checker/range.ts';
import { result } from '../../src/checker/result.ts';
import type { RunOptions } from '../../src/checker/run-check.ts';
import { Secret } from '../../src/checker/secret.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { CheckPool, type PoolOptions } from '../../src/worker/check-pool.ts';
import { buildEntry } from './built-entry.ts';

const fixtures = new URL('./fixture-checkers.mjs', import.meta.url).href;

/** A check whose checker the fixtures define; here, in this thread, it only says so. */
const checkOf = (name: string, options: object = {}, module = fixtures): Check => {
  const checker: AnyChecker = defineChecker<object>({
    name,
    defaultPort: 1,
    options: v.strictObject({}),
    isolation: { module, applies: () => true },
    check: async () => result({ status: 'OK', code: 'ok', summary: 'ran in this thread' }),
  });
  return { checker, target: { host: 'backend', port: 7 }, options };
};

const during = (timeoutMs: number, more: Partial<RunOptions> = {}): RunOptions => ({
  timeoutMs,
  clock: systemClock,
  ...more,
});

describe('a pool of worker threads', () => {
  let built: Awaited<ReturnType<typeof buildEntry>>;
  beforeAll(async () => {
    built = await buildEntry();
  });
  afterAll(() => built[Symbol.asyncDispose]());

  const poolOf = (options: Partial<PoolOptions> = {}) =>
    new CheckPool({ clock: systemClock, entry: built.entry, ...options });

  it('hands options over and results back as what they are, and a secret by its source', async () => {
    await using pool = poolOf();
    const file = `${built.path}/password`;
    await writeFile(file, 'barn-door\n');
    const transcript: string[] = [];
    const logged: unknown[] = [];
    const log = { ...silentLogger, info: (fields: unknown, message: string) => logged.push([fields, message]) };
    const check = checkOf('tells', {
      warning: Range.parse('@10:20'),
      password: new Secret({ file }),
      list: ['a', 'b'],
    });
    const outcome = await pool.run(check, during(5_000, { transcript: (line) => transcript.push(line), log }));
    expect(outcome).toMatchObject({
      status: 'OK',
      summary: 'backend within 5000 ms',
      facts: { alerts: true, password: 'barn-door', list: ['a', 'b'], source: `secret file ${file}` },
      metrics: [{ label: 'time', warning: Range.parse('@10:20') }],
    });
    expect(transcript).toEqual(['C: hello']);
    expect(logged).toEqual([[{ port: 7 }, 'told']]);
  });

  it('runs other checks in this thread, and starts no thread for them', async () => {
    await using pool = poolOf();
    const { checker, ...rest } = checkOf('answers');
    const { isolation, ...plain } = checker;
    const here = { ...rest, checker: plain };
    const shallow = { ...rest, checker: { ...checker, isolation: { module: fixtures, applies: () => false } } };
    for (const check of [here, shallow])
      expect(await pool.run(check, during(1_000))).toMatchObject({ summary: 'ran in this thread' });
    expect(isolation).toBeDefined();
    expect(pool.threads).toBe(0);
  });

  it('lets the others go on while one is stuck, and ends it at its deadline, naming its stage', async () => {
    await using pool = poolOf();
    const answers = checkOf('answers');
    // In company with the one that gets stuck.
    const company = [1, 10, 100, 1_000, 10_000].map((turns) => pool.run(checkOf('answers', { turns }), during(5_000)));
    const stuck = pool.run(checkOf('spins'), during(1_500));
    for (const other of company) expect(await other).toMatchObject({ status: 'OK' });
    let isStuck = true;
    void stuck.then(() => {
      isStuck = false;
    });
    let rounds = 0;
    for (; isStuck; rounds++) expect(await pool.run(answers, during(5_000))).toMatchObject({ status: 'OK' });
    expect(rounds).toBeGreaterThan(20);
    expect(await stuck).toMatchObject({
      status: 'CRITICAL',
      code: 'timeout',
      summary: 'no verdict within 1.5 s (channel): the check was stuck and was ended',
      steps: [{ name: 'channel', code: 'timeout' }],
    });
  });

  it('disturbs the company of a known suspect no more', async () => {
    await using pool = poolOf();
    const spins = checkOf('spins');
    await pool.run(spins, during(300));
    const company = checkOf('answers', { turns: 1_000 });
    const stuck = pool.run(spins, during(300));
    expect(await pool.run(company, during(5_000))).toMatchObject({ status: 'OK' });
    expect(pool.threads).toBe(1);
    expect(await stuck).toMatchObject({ code: 'timeout' });
  });

  it('blames a server that takes all memory, and nobody else', async () => {
    await using pool = poolOf({ memoryMb: 32 });
    const others = Array.from({ length: 4 }, () => pool.run(checkOf('answers', { turns: 1_000 }), during(10_000)));
    expect(await pool.run(checkOf('bombs'), during(10_000))).toMatchObject({
      status: 'CRITICAL',
      code: 'protocol',
      summary: 'what the server sends takes more than 32 MiB of memory (login)',
    });
    for (const other of others) expect(await other).toMatchObject({ status: 'OK' });
  });

  it('takes a checker that crashes or rejects for our own fault', async () => {
    await using pool = poolOf();
    const other = pool.run(checkOf('answers', { turns: 1_000 }), during(10_000));
    expect(await pool.run(checkOf('crashes'), during(5_000))).toMatchObject({
      status: 'UNKNOWN',
      code: 'internal',
      summary: expect.stringContaining('nobody listens'),
    });
    expect(await pool.run(checkOf('rejects'), during(5_000))).toMatchObject({
      status: 'UNKNOWN',
      code: 'internal',
      summary: 'internal error in checker rejects: TypeError: a bug',
    });
    expect(await other).toMatchObject({ status: 'OK' });
  });

  it('tells a run that its time is up, and gives its own verdict', async () => {
    await using pool = poolOf();
    expect(await pool.run(checkOf('listens'), during(100))).toMatchObject({
      code: 'timeout',
      summary: 'DeadlineExceeded while it listened',
    });
  });

  it('does not wait for one that does not listen, and says so', async () => {
    await using pool = poolOf();
    const strays: Promise<void>[] = [];
    const options = during(100, { graceMs: 600, onStray: (ended) => strays.push(ended) });
    expect(await pool.run(checkOf('deaf'), options)).toMatchObject({ status: 'CRITICAL', code: 'timeout' });
    expect(strays).toHaveLength(1);
  });

  it('gives no result of a cancelled run, not even of a stuck one', async () => {
    await using pool = poolOf();
    for (const name of ['listens', 'spins']) {
      const abort = new AbortController();
      const outcome = pool.run(checkOf(name), during(10_000, { signal: abort.signal }));
      await pool.run(checkOf('answers'), during(10_000));
      abort.abort();
      expect(await outcome).toBe('cancelled');
    }
  });

  it('lets the deadline stand still while a run rests', async () => {
    await using pool = poolOf();
    expect(await pool.run(checkOf('rests', { restMs: 400 }), during(200))).toMatchObject({ status: 'OK' });
    const endless = checkOf('rests', { restMs: 1e6, enough: true });
    expect(await pool.run(endless, during(1_000))).toMatchObject({ status: 'OK' });
  });

  it('starts a second thread when the first is crowded, and ends both when they have nothing to do', async () => {
    await using pool = poolOf({ idleMs: 50 });
    const crowd = Array.from({ length: 40 }, () => pool.run(checkOf('answers', { turns: 2_000 }), during(10_000)));
    expect(pool.threads).toBe(2);
    await Promise.all(crowd);
    await expect.poll(() => pool.threads).toBe(0);
  });

  it.each([
    ['a module that is not there', 'file:///nowhere.mjs', undefined],
    ['a module without the checker', fixtures, undefined],
    ['a thread that has nothing to begin with', fixtures, '/nowhere/entry.mjs'],
  ])('runs a check here after a warning, for %s', async (_, module, entry) => {
    await using pool = poolOf(entry === undefined ? {} : { entry });
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (_fields: unknown, message: string) => warnings.push(message) };
    const check = checkOf('unknown', {}, module);
    for (let i = 0; i < 2; i++)
      expect(await pool.run(check, during(1_000, { log }))).toMatchObject({ summary: 'ran in this thread' });
    expect(warnings).toEqual([expect.stringContaining('no worker thread for this checker')]);
  });

  it('gives no result once it is closed', async () => {
    const pool = poolOf();
    const running = pool.run(checkOf('deaf'), during(5_000));
    await pool.run(checkOf('answers'), during(5_000));
    await pool[Symbol.asyncDispose]();
    expect(await running).toBe('cancelled');
    expect(await pool.run(checkOf('answers'), during(5_000))).toBe('cancelled');
  });
});

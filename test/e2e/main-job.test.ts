import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { openFarms } from './farms.ts';
import { GuardianProcess } from './guardian-process.ts';
import type { HookLog } from './hook-log.ts';
import { protocols } from './protocols.ts';

const ups = (backend: string) => protocols.map(({ type }) => `${type}/${backend} up`);
const allUp = [...ups('b1'), ...ups('b2')].sort();
const firstDown = protocols.map(({ type }) => `${type}/b1 down`).sort();
const firstUp = ups('b1').sort();

/** Waits for deliveries beyond the first `before`; gives them, sorted. */
const next = async (log: HookLog, before: number, count: number): Promise<string[]> => {
  const enough = () => (log.told().length >= before + count ? true : undefined);
  await eventually(enough, { what: `${count} deliveries after ${log.told().join(', ') || 'none'}`, timeoutMs: 30_000 });
  return log.told().slice(before).sort();
};

describe('farm-guardian run with real servers', () => {
  beforeEach((context) => needs(context, ...protocols.map(({ program }) => program)));

  it('tells the hook one down for a killed server, and one up once it runs again', async () => {
    await using farms = await openFarms();
    const { log, first, config } = farms;
    await using guardian = new GuardianProcess(config);
    expect(await next(log, 0, 6)).toEqual(allUp);

    for (const server of first) await server.kill();
    expect(await next(log, 6, 3)).toEqual(firstDown);
    await guardian.looksAgain(4);
    expect(log.told()).toHaveLength(9);

    for (const server of first) await server.start();
    expect(await next(log, 9, 3)).toEqual(firstUp);
    await guardian.looksAgain(4);
    expect(log.told()).toHaveLength(12);
  });

  it('tells all of a change', async () => {
    await using farms = await openFarms();
    const { log, first, config } = farms;
    await using _guardian = new GuardianProcess(config);
    await next(log, 0, 6);
    for (const server of first) await server.kill();
    await next(log, 6, 3);

    const deliveries = log.deliveries();
    for (const [i, { type }] of protocols.entries()) {
      const down = deliveries.find(({ farm, state }) => farm === type && state === 'down');
      expect(down).toEqual({
        farm: type,
        vip: '192.0.2.1',
        backend: 'b1',
        host: '127.0.0.1',
        port: first[i]?.port,
        state: 'down',
        previous: 'up',
        code: 'refused',
        summary: expect.stringMatching(/\S/),
        sequence: expect.any(Number),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
    }
    const numbers = deliveries.map(({ sequence }) => sequence);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('keeps a backend down over its own SIGKILL, and tells its up only once the server runs', async () => {
    await using farms = await openFarms();
    const { log, first, config } = farms;
    await using before = new GuardianProcess(config);
    await next(log, 0, 6);
    for (const server of first) await server.kill();
    await next(log, 6, 3);
    await before.looksAgain(1);
    expect(await before.end('SIGKILL')).toBe('SIGKILL');

    await using after = new GuardianProcess(config);
    await after.looksAgain(4);
    expect(log.told()).toHaveLength(9);

    for (const server of first) await server.start();
    expect(await next(log, 9, 3)).toEqual(firstUp);
    await after.looksAgain(4);
    expect(log.told()).toHaveLength(12);
  });

  it('ends on SIGTERM with exit code 0 and tells nothing, whatever is down', async () => {
    await using farms = await openFarms();
    const { log, first, config } = farms;
    await using guardian = new GuardianProcess(config);
    await next(log, 0, 6);
    for (const server of first) await server.kill();
    await next(log, 6, 3);
    await guardian.looksAgain(1);

    expect(await guardian.end('SIGTERM')).toBe(0);
    expect(log.told()).toHaveLength(9);
  });
});

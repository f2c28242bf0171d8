import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { seededChance } from '../seeded-chance.ts';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { openFarms } from './farms.ts';
import { GuardianProcess } from './guardian-process.ts';
import { protocols } from './protocols.ts';
import type { RealServer } from './real-server.ts';

const chaosMs = 120_000;

/** A fault that takes a server down, and how it heals. */
interface Fault {
  readonly name: string;
  begin(server: RealServer): Promise<void>;
  end(server: RealServer): Promise<void>;
}

const faults: readonly Fault[] = [
  { name: 'killed', begin: (server) => server.kill(), end: (server) => server.start() },
  { name: 'hangs', begin: async (server) => server.hang(), end: async (server) => server.goOn() },
];

/** Makes a server slow for some seconds, but not so slow that a check would not come through. */
const slowDown = async (server: RealServer): Promise<void> => {
  for (let i = 0; i < 10; i++) {
    server.hang();
    await sleep(200);
    server.goOn();
    await sleep(200);
  }
};

describe('two minutes of chaos', () => {
  beforeEach((context) => needs(context, ...protocols.map(({ program }) => program)));

  it('tells each fault and each healing once, and nothing of a server that is only slow', async () => {
    const seed = Number(process.env['FARM_GUARDIAN_SEED'] ?? Date.now() % 1_000_000);
    await using farms = await openFarms();
    const { config, log, all } = farms;
    await using guardian = new GuardianProcess(config);
    const statesOf = (name: string) =>
      log.deliveries().flatMap(({ farm, backend, state }) => (`${farm}/${backend}` === name ? [state] : []));
    const endsAt = Date.now() + chaosMs;

    /** Faults of one server, one after the other; gives what the balancer must have been told of it. */
    const torment = async (name: string, server: RealServer, chance: () => number): Promise<string[]> => {
      const expected = ['up'];
      const told = (what: string) =>
        eventually(() => (statesOf(name).length >= expected.length ? true : undefined), {
          what: `${name} ${what} (FARM_GUARDIAN_SEED=${seed}; told ${statesOf(name)})`,
          timeoutMs: 90_000,
        });
      await told('up');
      while (Date.now() < endsAt) {
        await sleep(chance() * 4_000);
        if (chance() < 0.3) {
          await slowDown(server);
          continue;
        }
        const fault = faults[chance() < 0.6 ? 0 : 1] as Fault;
        await fault.begin(server);
        expected.push('down');
        await told(`down, because it ${fault.name}`);
        await fault.end(server);
        expected.push('up');
        await told(`up, since it no longer ${fault.name}`);
      }
      return expected;
    };

    const names = [...all.keys()];
    const expected = await Promise.all(
      Array.from(all, ([name, server], i) => torment(name, server, seededChance(seed + i))),
    );
    await guardian.looksAgain(3);
    expect(Object.fromEntries(names.map((name) => [name, statesOf(name)])), `FARM_GUARDIAN_SEED=${seed}`).toEqual(
      Object.fromEntries(names.map((name, i) => [name, expected[i]])),
    );
    process.stdout.write(`${expected.flat().length - names.length} turns, each told once; seed ${seed}\n`);
    expect(await guardian.end('SIGTERM')).toBe(0);
  }, 400_000);
});

import { expect, it } from 'vitest';
import type { Status } from '../../src/checker/status.ts';
import type { Guardian } from '../../src/guardian/guardian.ts';
import { seededChance } from '../seeded-chance.ts';
import { FarmLab } from './a-farm.ts';

const ids = ['b1', 'b2', 'b3', 'b4', 'b5'];
const [rise, fall] = [2, 3];
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** What a backend may do, as often as it stands here. */
const moods: readonly (Status | 'hang')[] = [
  ...(['OK', 'OK', 'OK', 'OK', 'OK', 'WARNING'] as const),
  ...(['CRITICAL', 'CRITICAL', 'CRITICAL', 'hang', 'hang', 'UNKNOWN'] as const),
];

/** Looks at every result and every turn with rules of its own, and notes what does not go together. */
class Witness {
  readonly wrong: string[] = [];
  turns = 0;
  /** The evidence of each backend so far, a letter a result: `P` passed, `F` failed. */
  readonly #evidence = new Map<string, string>();
  readonly #believed = new Map<string, string>();

  watch({ events }: Guardian): void {
    events.on('result', ({ backend, result: { status } }) => {
      const letter = status === 'CRITICAL' ? 'F' : status === 'UNKNOWN' ? '' : 'P';
      const before = this.#evidence.get(backend) ?? '';
      // One more than any rule looks back.
      this.#evidence.set(backend, (before + letter).slice(-1 - Math.max(rise, fall)));
    });
    events.on('turned', ({ backend, to }) => {
      const evidence = this.#evidence.get(backend) ?? '';
      const before = this.#believed.get(backend);
      const enough = evidence.endsWith(to === 'up' ? 'P'.repeat(rise) : 'F'.repeat(fall));
      if (before === to) this.wrong.push(`${backend} turned ${to} twice`);
      if (before !== undefined && !enough) this.wrong.push(`${backend} turned ${to} on ${evidence}`);
      this.#believed.set(backend, to);
      this.turns++;
    });
  }
}

it('sees five days of chaos through: no turn without its evidence, and the right state at the end', async () => {
  const seed = Number(process.env['FARM_GUARDIAN_SEED'] ?? Date.now() % 1_000_000);
  const chance = seededChance(seed);
  const oneOf = <T>(some: readonly T[]): T => some[Math.floor(chance() * some.length)] as T;
  await using lab = await FarmLab.open();
  const config = lab.config({
    policy: { rise, fall },
    rhythm: { intervalMs: 3 * minuteMs, fastIntervalMs: 30_000, downIntervalMs: 2 * minuteMs, timeoutMs: 5_000 },
    guard: { minUp: { count: 1 }, whenAllFail: 'hold' },
    backends: ids.map((id) => ({ id, host: id, port: 21 })),
  });
  const witness = new Witness();
  let guardian = await lab.start(config);
  witness.watch(guardian);
  const endsAt = lab.clock.now() + 5 * dayMs;
  while (lab.clock.now() < endsAt) {
    lab.answers.set(oneOf(ids), oneOf(moods));
    lab.hookFails = chance() < 0.2;
    if (chance() < 0.02) {
      await guardian.stop();
      guardian = await lab.start(config);
      witness.watch(guardian);
    }
    // Moments as well as hours.
    await lab.clock.advance(chance() < 0.3 ? chance() * 20_000 : chance() * 30 * minuteMs);
    const inRotation = guardian.status().farms[0]?.backends.filter(({ desired }) => desired === 'up').length ?? 0;
    const known = guardian.status().farms[0]?.backends.every(({ desired }) => desired !== null);
    if (known && inRotation < 1) witness.wrong.push('nobody is in rotation');
  }
  lab.hookFails = false;
  for (const id of ids) lab.answers.set(id, id < 'b3' ? 'CRITICAL' : 'OK');
  await lab.clock.advance(60 * minuteMs);
  const latest = new Map(lab.told.map((line) => line.split(' ') as [string, string]));
  await guardian.stop();
  expect(witness.wrong, `FARM_GUARDIAN_SEED=${seed}`).toEqual([]);
  expect(witness.turns).toBeGreaterThan(50);
  expect(Object.fromEntries(latest), `FARM_GUARDIAN_SEED=${seed}`).toEqual({
    'ftp/b1': 'down',
    'ftp/b2': 'down',
    'ftp/b3': 'up',
    'ftp/b4': 'up',
    'ftp/b5': 'up',
  });
}, 120_000);

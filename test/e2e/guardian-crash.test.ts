import { expect, it } from 'vitest';
import { seededChance } from '../seeded-chance.ts';
import { desiredIn, faultsInTelling, faultsOf } from './guardian-crash/judge.ts';
import { ManyLives, type Weather } from './guardian-crash/lives.ts';

/** How many guardians are killed side by side, and how often each. */
const [guardians, kills] = [4, 50];
const longestLifeMs = 600;
/** More than it takes on a busy machine; the storm ends with the last kill. */
const stormMs = 600_000;

/** Backends that die and come back at random times, for a moment or for long; one that always lives, one never. */
const makeWeather = (chance: () => number): Weather => {
  const storm = (): number[] => {
    const times: number[] = [];
    for (let at = 500 * chance(); at < stormMs; ) {
      times.push(at);
      at += chance() < 0.3 ? 5 + 30 * chance() : 200 + 2_000 * chance();
    }
    return times;
  };
  return { alive: [], dead: [0], b1: storm(), b2: storm(), b3: storm() };
};

it('is killed two hundred times at any moment: every belief, decision and delivery goes on where it was', async () => {
  const seed = Number(process.env['FARM_GUARDIAN_SEED'] ?? Date.now() % 1_000_000);
  const lives = await Promise.all(Array.from({ length: guardians }, (_, i) => killOften(seed + i)));
  expect(
    lives.flatMap(({ faults }) => faults),
    `FARM_GUARDIAN_SEED=${seed}`,
  ).toEqual([]);
  const [turns, begun] = [sum(lives, 'turns'), sum(lives, 'begun')];
  process.stdout.write(`${guardians * kills} kills, ${begun} of them after the start; ${turns} turns; seed ${seed}\n`);
  expect(turns).toBeGreaterThan(guardians * 10);
  expect(begun).toBeGreaterThan((guardians * kills) / 2);
}, 600_000);

/** What came of killing one guardian again and again. */
interface Outcome {
  readonly faults: readonly string[];
  readonly turns: number;
  /** How many lives got as far as their first decision. */
  readonly begun: number;
}

const sum = (outcomes: readonly Outcome[], what: 'turns' | 'begun'): number =>
  outcomes.reduce((total, outcome) => total + outcome[what], 0);

/** Kills one guardian again and again, and lets the last life settle. */
const killOften = async (seed: number): Promise<Outcome> => {
  const chance = seededChance(seed);
  const weather = makeWeather(chance);
  await using guardian = await ManyLives.open(weather, Date.now() + 500);
  const backends = Object.keys(weather);
  const faults: string[] = [];
  let begun = 0;
  for (let life = 0; life < kills; life++) {
    const decided = JSON.stringify(desiredIn(await guardian.journal(), backends));
    const from = chance() < 0.3 ? 'process' : 'begin';
    const atStart = await guardian.live({ forMs: longestLifeMs * chance(), from });
    if (!atStart) continue;
    begun++;
    if (JSON.stringify(atStart) !== decided)
      faults.push(`life ${life} begins with ${JSON.stringify(atStart)} after ${decided}`);
  }
  const truth = await guardian.calmDown();
  await guardian.settle(truth);

  const [journal, told] = [await guardian.journal(), await guardian.told()];
  faults.push(...faultsOf(journal), ...faultsInTelling(told, truth));
  if (told.some(({ backend, state }) => backend === 'alive' && state === 'down')) faults.push('alive was told down');
  if (told.some(({ backend, state }) => backend === 'dead' && state === 'up')) faults.push('dead was told up');
  return { faults, begun, turns: journal.filter(({ type }) => type === 'turned').length };
};

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyChecker, type CheckResult, reasonCodes, runCheck } from '../../src/checker/index.ts';
import { ManualClock } from '../../src/testkit/index.ts';
import { drive } from './drive.ts';

/** The longest grace after a deadline: that of `runCheck`. */
const graceMs = 500;

/** A check of a server on 127.0.0.1. */
export interface TidyRun {
  readonly checker: AnyChecker;
  readonly port: number;
  readonly options: object;
  readonly timeoutMs: number;
  /** How much longer than that it may take. Default 0. */
  readonly besidesMs?: number;
}

/**
 * Runs a check on a clock of its own. Whatever the server does, the run ends in time and tidily, with a known code; gives
 * its result, and everything that it has told.
 */
export const runTidily = async ({
  checker,
  port,
  options,
  timeoutMs,
  besidesMs = 0,
}: TidyRun): Promise<{ readonly result: CheckResult; readonly told: string }> => {
  const clock = new ManualClock();
  const transcript: string[] = [];
  let strays = 0;
  const outcome = runCheck(
    { checker, target: { host: '127.0.0.1', port }, options },
    {
      timeoutMs,
      clock,
      transcript: (line) => void transcript.push(line),
      onStray: () => {
        strays++;
      },
    },
  );
  await drive(clock, outcome);
  const result = await outcome;
  if (result === 'cancelled') throw new Error('nobody has cancelled this run');
  expect(strays).toBe(0);
  expect(clock.now()).toBeLessThanOrEqual(timeoutMs + besidesMs + graceMs);
  expect(clock.timers).toBe(0);
  expect(reasonCodes.filter((code) => code !== 'internal')).toContain(result.code);
  return { result, told: JSON.stringify([result, transcript]) };
};

/** The dialogues of a checker, and what is done to them. */
export interface Fuzz<Given, Mutation> {
  /** What a check is told; each passes when nobody disturbs it. */
  readonly dialogues: readonly Given[];
  /** How one piece of what the server says is spoiled. */
  readonly mutation: fc.Arbitrary<Mutation>;
  /** Runs a dialogue with mutations, and looks at what has come of it. */
  readonly run: (given: Given, mutations: readonly Mutation[]) => Promise<CheckResult>;
  readonly runs: number;
  readonly seed: number;
}

/** Tests that each dialogue passes as it is, and comes to a proper end whatever up to three mutations make of it. */
export const fuzz = <Given, Mutation>({ dialogues, mutation, run, runs, seed }: Fuzz<Given, Mutation>): void => {
  describe('fuzzed dialogues', () => {
    it.each(dialogues.map((given) => [JSON.stringify(given), given] as const))(
      '%s passes unharmed',
      async (_, given) => {
        expect(await run(given, [])).toMatchObject({ status: 'OK', code: 'ok' });
      },
    );

    it('come to a proper end, whatever is done to them', { timeout: 90_000 }, async () => {
      const harmed = fc.tuple(fc.constantFrom(...dialogues), fc.array(mutation, { minLength: 1, maxLength: 3 }));
      await fc.assert(
        fc.asyncProperty(harmed, async ([given, mutations]) => {
          await run(given, mutations);
        }),
        { seed, numRuns: runs, endOnFailure: true },
      );
    });
  });
};

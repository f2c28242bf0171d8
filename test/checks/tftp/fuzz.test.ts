import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tftp } from '../../../checks/tftp/index.ts';
import type { TftpOptions } from '../../../checks/tftp/options.ts';
import { type CheckOutcome, reasonCodes, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { turn } from '../../../src/clock/turn.ts';
import { createTftpServer, ManualClock } from '../../../src/testkit/index.ts';
import { expectClean } from './clean-line.ts';
import { type Mutation, relayTo } from './mutating-relay.ts';

const timeoutMs = 4_000;

/** The longest grace after a deadline: that of `runCheck`. */
const graceMs = 500;

const dialogues: readonly TftpOptions[] = [
  {},
  { file: 'boot', size: 3_000 },
  { file: 'boot', blksize: 200, windowsize: 4, tsize: true, requireOptions: true },
  { file: 'boot', blksize: 1_428, tsize: true, firstBlock: true, size: 3_000 },
  { file: 'boot', mtuLap: true, blksize: 1_000 },
  { file: 'lines', mode: 'netascii', contentRegex: '^o.e\r?$|two' },
  { file: 'absent', expectError: 1 },
];

const farm = () =>
  createTftpServer({ files: { 'farm-guardian.txt': 'cows', boot: Buffer.alloc(3_000, 'x'), lines: 'one\r\ntwo\r\n' } });

/** Moves the clock on whenever nothing happens any more. */
const drive = async (clock: ManualClock, outcome: Promise<unknown>): Promise<void> => {
  let ended = false;
  void outcome.then(() => {
    ended = true;
  });
  while (!ended) {
    for (let quiet = 0; quiet < 30 && !ended; quiet++) await turn();
    if (!ended) await clock.advance(100);
  }
};

/** Runs a dialogue with mutations. Whatever they are, the run ends in time and tidily, with one clean line. */
const runThrough = async (options: TftpOptions, mutations: readonly Mutation[]): Promise<CheckOutcome> => {
  await using server = await farm();
  await using relay = await relayTo(server.port, mutations);
  const clock = new ManualClock();
  let strays = 0;
  const outcome = runCheck(
    { checker: tftp, target: { host: '127.0.0.1', port: relay.port }, options },
    {
      timeoutMs,
      clock,
      transcript: () => {},
      onStray: () => {
        strays++;
      },
    },
  );
  await drive(clock, outcome);
  const result = await outcome;
  if (result === 'cancelled') throw new Error('nobody has cancelled this run');
  expect(strays).toBe(0);
  expect(clock.now()).toBeLessThanOrEqual(timeoutMs + graceMs);
  expect(clock.timers).toBe(0);
  expect(reasonCodes.filter((code) => code !== 'internal')).toContain(result.code);
  expectClean(result);
  return result;
};

beforeAll(async () => {
  // What is loaded when first needed would count as silence.
  for (const options of dialogues) {
    await using server = await farm();
    const target = { host: server.host, port: server.port };
    await runCheck({ checker: tftp, target, options }, { timeoutMs, clock: systemClock });
  }
});

const kinds = ['drop', 'twice', 'truncate', 'insert', 'replace', 'opcode', 'number', 'elsewhere', 'junk'] as const;

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(8),
  kind: fc.constantFrom(...kinds),
  where: fc.nat(999).map((n) => n / 1_000),
  number: fc.oneof(fc.nat(9), fc.nat(0xffff)),
  junk: fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    fc.constantFrom(
      '',
      '\0',
      '\0\x03\0\x01',
      '\0\x05\0\0\u001b[2J|x=1\0',
      '\0\x06blksize\x0065464\0',
      '\0\x06tsize\x00999999999999999\0',
      '\0\x06windowsize\x000\0',
      '\0\x03\0\x01'.padEnd(9_000, 'x'),
      '\u00ff\u00fe',
    ),
  ),
});

describe('fuzzed dialogues', () => {
  it.each(dialogues)('%j passes unharmed', async (options) => {
    expect(await runThrough(options, [])).toMatchObject({ status: 'OK', code: 'ok' });
  });

  it('end in time and tidily, with a known code and one clean line', { timeout: 60_000 }, async () => {
    const harmed = fc.tuple(fc.constantFrom(...dialogues), fc.array(mutation, { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(harmed, async ([options, mutations]) => {
        await runThrough(options, mutations);
      }),
      { seed: 20_260_102, numRuns: 250, endOnFailure: true },
    );
  });
});

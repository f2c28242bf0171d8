import fc from 'fast-check';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { sshOptions } from '../../../checks/ssh/options.ts';
import { type CheckOutcome, reasonCodes, runCheck } from '../../../src/checker/index.ts';
import { turn } from '../../../src/clock/turn.ts';
import { ManualClock } from '../../../src/testkit/index.ts';
import { drive } from '../drive.ts';
import { type Mutation, relayTo } from '../mutating-relay.ts';
import { type Given, login, password, run, startServer } from './deep-run.ts';
import { expectClean, expectNoSecret } from './hostile-run.ts';

const timeoutMs = 9_000;

/** The longest grace after a deadline: that of `runCheck`. */
const graceMs = 500;

const dialogues: readonly Given[] = [
  {},
  { remoteVersion: 'FarmGuardianTest', remoteProtocol: '2.0' },
  { hostKey: ['any'], hostKeyTypes: true },
  { ...login, file: '/sentinel.txt', content: 'moo', list: '/' },
  { ...login, upload: '/incoming' },
  { ...login, command: 'uptime', commandOutput: 'up' },
];

const farm = () => startServer({ writable: true, commands: { uptime: { output: 'up' } } });

/** Runs a dialogue with mutations. Whatever they are, the run ends in time and tidily, and says nothing it should not. */
const runThrough = async (given: Given, mutations: readonly Mutation[]): Promise<CheckOutcome> => {
  await using server = await farm();
  await using relay = await relayTo(server.port, mutations);
  const clock = new ManualClock();
  const transcript: string[] = [];
  let strays = 0;
  const outcome = runCheck(
    { checker: ssh, target: { host: '127.0.0.1', port: relay.port }, options: v.parse(sshOptions, given) },
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
  expect(clock.now()).toBeLessThanOrEqual(timeoutMs + graceMs);
  expect(clock.timers).toBe(0);
  expect(reasonCodes.filter((code) => code !== 'internal')).toContain(result.code);
  expectClean(result, '\r\n\t');
  if (given.password) expectNoSecret(JSON.stringify([result, transcript]));
  while (relay.open > 0) await turn();
  return result;
};

beforeAll(async () => {
  // What is loaded when first needed would count as silence.
  await using server = await farm();
  for (const given of dialogues) await run(server, given);
});

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(12),
  kind: fc.constantFrom(...(['drop', 'twice', 'truncate', 'insert', 'replace', 'end', 'reset', 'bytes'] as const)),
  where: fc.nat(999).map((n) => n / 1_000),
  code: fc.constant(''),
  junk: fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    fc.constantFrom(
      '\0',
      '\u001b[2J',
      '\r',
      '\n',
      '|x=1',
      '\u00ff\u00fe',
      'SSH-2.0-',
      password,
      '\0\0\0\x0c',
      'x'.repeat(9_000),
    ),
  ),
});

describe('fuzzed dialogues', () => {
  it.each(dialogues)('%j passes unharmed', async (given) => {
    expect(await runThrough(given, [])).toMatchObject({ status: 'OK', code: 'ok' });
  });

  it('end in time and tidily, with a known code, one clean line and no secret', { timeout: 90_000 }, async () => {
    const harmed = fc.tuple(fc.constantFrom(...dialogues), fc.array(mutation, { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(harmed, async ([given, mutations]) => {
        await runThrough(given, mutations);
      }),
      { seed: 20_260_101, numRuns: 120, endOnFailure: true },
    );
  });
});

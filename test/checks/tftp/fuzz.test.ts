import fc from 'fast-check';
import { beforeAll } from 'vitest';
import { tftp } from '../../../checks/tftp/index.ts';
import type { TftpOptions } from '../../../checks/tftp/options.ts';
import { type CheckResult, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { createTftpServer } from '../../../src/testkit/index.ts';
import { fuzz, runTidily } from '../fuzz.ts';
import { expectClean } from './clean-line.ts';
import { type Mutation, relayTo } from './mutating-relay.ts';

const timeoutMs = 4_000;

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

/** Runs a dialogue with mutations. Whatever they are, the run says one clean line. */
const run = async (options: TftpOptions, mutations: readonly Mutation[]): Promise<CheckResult> => {
  await using server = await farm();
  await using relay = await relayTo(server.port, mutations);
  const { result } = await runTidily({ checker: tftp, port: relay.port, options, timeoutMs });
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

fuzz({ dialogues, mutation, run, runs: 250, seed: 20_260_102 });

import fc from 'fast-check';
import * as v from 'valibot';
import { beforeAll } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { sshOptions } from '../../../checks/ssh/options.ts';
import type { CheckResult } from '../../../src/checker/index.ts';
import { turn } from '../../../src/clock/turn.ts';
import { fuzz, runTidily } from '../fuzz.ts';
import { type Mutation, relayTo } from '../mutating-relay.ts';
import { type Given, login, password, run, startServer } from './deep-run.ts';
import { expectClean, expectNoSecret } from './hostile-run.ts';

const dialogues: readonly Given[] = [
  {},
  { remoteVersion: 'FarmGuardianTest', remoteProtocol: '2.0' },
  { hostKey: ['any'], hostKeyTypes: true },
  { ...login, file: '/sentinel.txt', content: 'moo', list: '/' },
  { ...login, upload: '/incoming' },
  { ...login, command: 'uptime', commandOutput: 'up' },
];

const farm = () => startServer({ writable: true, commands: { uptime: { output: 'up' } } });

/** Runs a dialogue with mutations. Whatever they are, the run leaves no connection, and says nothing it should not. */
const runThrough = async (given: Given, mutations: readonly Mutation[]): Promise<CheckResult> => {
  await using server = await farm();
  await using relay = await relayTo(server.port, mutations);
  const options = v.parse(sshOptions, given);
  const { result, told } = await runTidily({ checker: ssh, port: relay.port, options, timeoutMs: 9_000 });
  expectClean(result, '\r\n\t');
  if (given.password) expectNoSecret(told);
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

fuzz({ dialogues, mutation, run: runThrough, runs: 120, seed: 20_260_101 });

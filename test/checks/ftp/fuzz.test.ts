import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckOutcome, reasonCodes, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import {
  type Certificate,
  createCertificate,
  createFtpServer,
  type FtpServer,
  ManualClock,
} from '../../../src/testkit/index.ts';
import { drive } from '../drive.ts';
import { type Mutation, relayTo } from '../mutating-relay.ts';
import { content, expectClean, expectNoSecret, login, password } from './hostile-run.ts';
import { until } from './until.ts';

const timeoutMs = 9_000;

/** The longest grace after a deadline: that of `runCheck`. */
const graceMs = 500;

const dialogues: readonly FtpOptions[] = [
  {},
  { ...login, file: 'sentinel.txt', content: 'OK' },
  { ...login, list: true, data: 'pasv', pasvAddress: ['127.0.0.1'], pasvPorts: '1024-65535' },
  { ...login, file: 'sentinel.txt', data: 'active', transfers: 3 },
  { ...login, upload: '/incoming', data: 'eprt' },
  { ...login, account: 'sales', idle: 1_000 },
  { ...login, tls: 'explicit', tlsInsecure: true, tlsReuse: 'report', file: 'sentinel.txt', transfers: 2 },
];

let certificate: Certificate;
const farm = (options: FtpOptions): Promise<FtpServer> =>
  createFtpServer({
    users: { probe: password },
    files: content,
    tls: certificate,
    ...(options.account !== undefined && { account: options.account }),
  });

/** Runs a dialogue with mutations. Whatever they are, the run ends in time and tidily, and says nothing it should not. */
const runThrough = async (options: FtpOptions, mutations: readonly Mutation[]): Promise<CheckOutcome> => {
  await using server = await farm(options);
  await using relay = await relayTo(server.port, mutations);
  const clock = new ManualClock();
  const transcript: string[] = [];
  let strays = 0;
  const outcome = runCheck(
    { checker: ftp, target: { host: '127.0.0.1', port: relay.port }, options },
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
  expect(clock.now()).toBeLessThanOrEqual(timeoutMs + (options.idle ?? 0) + graceMs);
  expect(clock.timers).toBe(0);
  expect(reasonCodes.filter((code) => code !== 'internal')).toContain(result.code);
  expectClean(result, '\r\n\t');
  if (options.password) expectNoSecret(JSON.stringify([result, transcript]));
  await until(() => relay.open === 0);
  return result;
};

beforeAll(async () => {
  certificate = await createCertificate();
  // What is loaded when first needed would count as silence.
  for (const options of dialogues) {
    await using server = await farm(options);
    const target = { host: server.host, port: server.port };
    await runCheck({ checker: ftp, target, options }, { timeoutMs, clock: systemClock });
  }
});

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(14),
  kind: fc.constantFrom(
    ...(['drop', 'twice', 'truncate', 'insert', 'replace', 'code', 'continue', 'end', 'reset', 'bytes'] as const),
  ),
  where: fc.nat(999).map((n) => n / 1_000),
  code: fc.constantFrom(
    '000',
    '110',
    '150',
    '200',
    '226',
    '227',
    '229',
    '230',
    '234',
    '331',
    '332',
    '350',
    '421',
    '425',
    '426',
    '450',
    '451',
    '452',
    '500',
    '502',
    '522',
    '530',
    '534',
    '550',
    '552',
    '553',
    '999',
  ),
  junk: fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    fc.constantFrom(
      '\0',
      '\u001b[2J',
      '\r',
      '\n',
      '\r\n',
      '|x=1',
      '\u00ff\u00fe',
      '226 ',
      '421 too many\r\n',
      '-',
      '\r\n230 welcome\r\n',
      '(|||0|)',
      '(192,0,2,1,255,255)',
      password,
      `530 no login for ${password}\r\n`,
      'x'.repeat(9_000),
    ),
  ),
});

describe('fuzzed dialogues', () => {
  it.each(dialogues)('%j passes unharmed', async (options) => {
    expect(await runThrough(options, [])).toMatchObject({ status: 'OK', code: 'ok' });
  });

  it('end in time and tidily, with a known code, one clean line and no secret', { timeout: 60_000 }, async () => {
    const harmed = fc.tuple(fc.constantFrom(...dialogues), fc.array(mutation, { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(harmed, async ([options, mutations]) => {
        await runThrough(options, mutations);
      }),
      { seed: 20_260_101, numRuns: 250, endOnFailure: true },
    );
  });
});

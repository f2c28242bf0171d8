import fc from 'fast-check';
import { beforeAll } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckResult, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { type Certificate, createCertificate, createFtpServer, type FtpServer } from '../../../src/testkit/index.ts';
import { fuzz, runTidily } from '../fuzz.ts';
import { type Mutation, relayTo } from '../mutating-relay.ts';
import { content, expectClean, expectNoSecret, login, password } from './hostile-run.ts';
import { until } from './until.ts';

const timeoutMs = 9_000;

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

/** Runs a dialogue with mutations. Whatever they are, the run leaves no connection, and says nothing it should not. */
const run = async (options: FtpOptions, mutations: readonly Mutation[]): Promise<CheckResult> => {
  await using server = await farm(options);
  await using relay = await relayTo(server.port, mutations);
  const besidesMs = options.idle ?? 0;
  const { result, told } = await runTidily({ checker: ftp, port: relay.port, options, timeoutMs, besidesMs });
  expectClean(result, '\r\n\t');
  if (options.password) expectNoSecret(told);
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

fuzz({ dialogues, mutation, run, runs: 250, seed: 20_260_101 });

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import type { CheckResult } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import type { FtpFault, FtpServer } from '../../../src/testkit/index.ts';
import { runCommand } from '../../plugin/run-command.ts';
import { faultyServer, runFtp, verdictOf } from './deep-run.ts';
import { serveFtp } from './scripted-ftp.ts';
import { until } from './until.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const file = 'sentinel.txt';

describe('over a data connection', () => {
  it.each<[FtpOptions, RegExp, object]>([
    [{ list: true }, /^1 entry listed in /, { entries: 1 }],
    [{ data: 'pasv' }, /^1 entry listed in /, { entries: 1, dataMode: 'pasv' }],
    [{ list: true, transfers: 3 }, /^1 entry listed 3 times in /, { entries: 1, transfers: 3 }],
    [{ file }, /^3 bytes of sentinel\.txt in /, { size: 3, sha256: sha256('OK\n') }],
    [{ file, data: 'epsv' }, /^3 bytes of sentinel\.txt in /, { size: 3, dataMode: 'epsv' }],
    [{ file, transfers: 5 }, /^3 bytes of sentinel\.txt 5 times in /, { size: 3, transfers: 5 }],
    [{ file, list: true }, /^1 entry listed, 3 bytes of sentinel\.txt in /, { size: 3, entries: 1 }],
    [{ user: 'anonymous' }, /^logged in as anonymous in /, { features: expect.arrayContaining(['EPSV']) }],
    [{ anonymous: true }, /^logged in as anonymous in /, {}],
  ])('%j is done', async (options, summary, facts) => {
    expect(await verdictOf(options)).toMatchObject({
      status: 'OK',
      code: 'ok',
      summary: expect.stringMatching(summary),
      facts,
    });
  });

  it('no data connection is opened unless something is to go over it', async () => {
    await using server = await faultyServer([]);
    const { steps } = (await runFtp(server.port, { user: 'anonymous' })) as CheckResult;
    expect(steps.map(({ name }) => name)).toEqual(['connect', 'greeting', 'login', 'features', 'quit']);
    await server.received('QUIT');
    expect(server.dialogue).not.toContain('EPSV');
  });

  it('the file may match a digest and a regular expression', async () => {
    const options = { file, sha256: sha256('OK\n').toUpperCase(), contentRegex: '^O[JK]\\n$', content: 'K\n' };
    expect(await verdictOf(options)).toMatchObject({ code: 'ok' });
  });

  it.each<[FtpOptions, string, string | RegExp]>([
    [{ file, sha256: 'a'.repeat(64) }, 'content-mismatch', /has the SHA-256 [0-9a-f]{64}, not a{64}$/],
    [
      { file, contentRegex: '^OK$' },
      'content-mismatch',
      'sentinel.txt (3 bytes) does not match the regular expression',
    ],
    [{ file, content: 'KO' }, 'content-mismatch', 'sentinel.txt (3 bytes) does not contain "KO"'],
    [{ file, minBytes: 4 }, 'size-mismatch', 'sentinel.txt has 3 bytes, not 4 or more'],
    [{ file, maxBytes: 2 }, 'size-mismatch', 'sentinel.txt has more than 2 bytes'],
    [{ list: true, maxBytes: 2 }, 'size-mismatch', 'the listing has more than 2 bytes'],
  ])('%j ends %s', async (options, code, summary) => {
    expect(await verdictOf(options)).toMatchObject({
      status: 'CRITICAL',
      code,
      summary: typeof summary === 'string' ? summary : expect.stringMatching(summary),
    });
  });

  it('a file of the wrong content is still a fact', async () => {
    expect(await verdictOf({ file, content: 'KO' })).toMatchObject({ facts: { size: 3, sha256: sha256('OK\n') } });
  });

  it('a regular expression sees no more than it can look at in time', async () => {
    const content = 'ab'.repeat(400_000);
    const options = { file, contentRegex: 'a[ab]{900}[cd]$' };
    expect(await verdictOf(options, [], { files: { '/sentinel.txt': content } })).toMatchObject({
      code: 'size-mismatch',
      summary: expect.stringMatching(/^sentinel\.txt has more than \d{5} bytes, which is too many for the regular/),
    });
  });

  it('what is no regular expression is a usage error, and where nobody looks before no fault of the server', async () => {
    const { exitCode, stdout } = await runCommand(ftp, ['-H', '127.0.0.1', '--file', file, '--content-regex', '(']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^check_ftp: --content-regex is no regular expression: missing closing \): `\(`\nUsage:/);
    expect(await verdictOf({ file, contentRegex: '(' })).toMatchObject({ status: 'UNKNOWN', code: 'local-fault' });
  });

  it('a later transfer that never ends says which it was', async () => {
    const clock = new ManualClock();
    let asked = 0;
    await using server = await serveFtp({
      RETR: (control, data) => {
        if (++asked > 1) return;
        control.write('150 here\r\n226 done\r\n');
        void data.then((socket) => socket.end('OK\n'));
      },
    });
    const outcome = runFtp(server.port, { file, transfers: 5 }, { clock });
    await until(() => asked > 1);
    await clock.advance(9_000);
    expect(await outcome).toMatchObject({
      code: 'data-timeout',
      summary: `stuck at transfer of transfer 2 of 5 on 127.0.0.1 port ${server.port}, no verdict within 9 s`,
      facts: { transfers: 1 },
    });
  });

  it('a thousand transfers are not too much talk', { timeout: 60_000 }, async () => {
    await using server = await faultyServer([]);
    const outcome = await runFtp(server.port, { file, transfers: 1_000 }, { timeoutMs: 55_000 });
    expect(outcome).toMatchObject({ code: 'ok', facts: { transfers: 1_000 } });
  });

  it('each of several transfers has a data connection of its own, and performance data adds up', async () => {
    await using server = await faultyServer([]);
    const outcome = await runFtp(server.port, { file, transfers: 3 });
    await server.received('QUIT');
    expect(server.dialogue.filter((line) => line === 'EPSV')).toHaveLength(3);
    expect(server.dialogue.filter((line) => line === 'TYPE I')).toHaveLength(1);
    const { steps, metrics } = outcome as CheckResult;
    const transfers = steps.filter(({ name }) => name === 'transfer');
    expect(transfers).toHaveLength(3);
    const labels = metrics.map(({ label }) => label);
    expect(labels).toEqual([
      ...['time', 'connect', 'greeting', 'login', 'features'],
      ...['data', 'transfer', 'content', 'quit', 'size'],
    ]);
    const total = transfers.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(metrics.find(({ label }) => label === 'transfer')?.value).toBeCloseTo(total / 1_000);
  });

  it.each<[string, (server: FtpServer) => unknown, object]>([
    [
      'a later transfer that fails says which it was',
      (server) => server.inject('missing-file'),
      { code: 'file-missing', summary: expect.stringMatching(/^transfer (?!1 )\d+ of 1000: no sentinel\.txt: 550 /) },
    ],
    [
      'a file that changes between two transfers comes from two servers',
      (server) => server.files.set('/sentinel.txt', 'KO\n'),
      {
        code: 'content-mismatch',
        summary: expect.stringMatching(/^transfer (?!1 )\d+ of 1000: sentinel\.txt is another than the time before/),
        facts: expect.objectContaining({ sha256: sha256('KO\n') }),
      },
    ],
  ])('%s', async (_, spoil, expected) => {
    await using server = await faultyServer([]);
    const outcome = runFtp(server.port, { file, transfers: 1_000 });
    await until(() => server.dialogue.filter((line) => line.startsWith('RETR')).length > 1);
    await spoil(server);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', ...expected });
  });

  it.each<[FtpFault, FtpOptions, string]>([
    ['data-refused', { list: true }, 'data-refused'],
    ['data-refused', { data: 'passive' }, 'data-refused'],
    ['data-early-end', { list: true }, 'transfer-incomplete'],
    ['data-endless', { list: true, maxBytes: 10_000 }, 'size-mismatch'],
  ])('%s, with %j, ends %s', async (fault, options, code) => {
    expect(await verdictOf(options, [fault])).toMatchObject({ status: 'CRITICAL', code });
  });
});

describe('the list of features', () => {
  it('is bounded and clean', async () => {
    const many = Array.from({ length: 200 }, (_, i) => ` F${i} \u001b[31m${'x'.repeat(40)}`).join('\r\n');
    await using server = await serveFtp({ FEAT: `211-Features:\r\n${many}\r\n211 End` });
    const outcome = await runFtp(server.port, { user: 'anonymous' });
    const { features } = (outcome as CheckResult).facts;
    expect(features).toHaveLength(64);
    expect((features as readonly string[])[1]).toBe(`F1  [31m${'x'.repeat(40)}`);
  });

  it.each(['211 no features', '500 what?', '530 not now'])('is no fact after %s', async (reply) => {
    await using server = await serveFtp({ FEAT: reply });
    const outcome = await runFtp(server.port, { user: 'anonymous' });
    expect(outcome).toMatchObject({ code: 'ok' });
    expect((outcome as CheckResult).facts['features'] ?? []).toEqual([]);
  });
});

describe('an account', () => {
  const users = { probe: 'x' };
  it.each<[object, FtpOptions, string]>([
    [{ PASS: '332 account?', ACCT: '230 in' }, { user: 'anonymous', account: 'farm' }, 'ok'],
    [{ USER: '332 account?', ACCT: '230 in' }, { account: 'farm' }, 'ok'],
    [{ PASS: '332 account?', ACCT: '530 no' }, { account: 'farm' }, 'auth-failed'],
    [{ PASS: '332 account?', ACCT: '332 again' }, { account: 'farm' }, 'auth-failed'],
    [{ PASS: '332 account?' }, { user: 'anonymous' }, 'auth-failed'],
    [{}, { account: 'farm' }, 'ok'],
  ])('with %j and %j ends %s', async (answers, options, code) => {
    await using server = await serveFtp({ ...answers });
    expect(await runFtp(server.port, options)).toMatchObject({ code });
    expect(server.received.includes('ACCT farm\r\n')).toBe('ACCT' in answers);
  });

  it('is named in the remedy where one is missing', async () => {
    expect(await verdictOf({ user: 'anonymous' }, [], { account: 'farm', anonymous: true, users })).toMatchObject({
      code: 'auth-failed',
      remedy: expect.stringContaining('--account'),
    });
  });
});

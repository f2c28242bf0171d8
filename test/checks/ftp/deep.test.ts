import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CheckOutcome, Range, runCheck, Secret } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { createFtpServer, type FtpFault, type FtpServerOptions } from '../../../src/testkit/index.ts';
import { runCommand } from '../../plugin/run-command.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { serveFtp } from './scripted-ftp.ts';
import { until } from './until.ts';

const farm: FtpServerOptions = { users: { probe: 'hunter2' }, anonymous: true, files: { '/sentinel.txt': 'OK\n' } };

const run = (port: number, options: FtpOptions, clock = systemClock): Promise<CheckOutcome> =>
  runCheck({ checker: ftp, target: { host: '127.0.0.1', port }, options }, { timeoutMs: 9_000, clock });

/** Runs against a test server with faults. */
const runWith = async (faults: readonly FtpFault[], options: FtpOptions): Promise<CheckOutcome> => {
  await using server = await createFtpServer(farm);
  for (const fault of faults) await server.inject(fault);
  return await run(server.port, options);
};

const sentinel = { file: 'sentinel.txt', content: 'OK' };

describe('a deep check', () => {
  it('logs in, reads a file, looks into it, and says goodbye', async () => {
    await using server = await createFtpServer(farm);
    process.env['DEEP_PASSWORD'] = 'hunter2';
    const password = new Secret({ env: 'DEEP_PASSWORD' });
    const outcome = await run(server.port, { ...sentinel, user: 'probe', password });
    expect(outcome).toMatchObject({
      status: 'OK',
      code: 'ok',
      summary: expect.stringMatching(/^3 bytes of sentinel\.txt in \d\.\d{3}s \(EPSV\)$/),
      steps: ['connect', 'greeting', 'login', 'features', 'data', 'transfer', 'content', 'quit'].map((name) => ({
        name,
      })),
      facts: { banner: expect.stringMatching(/^220 /), dataMode: 'epsv', dataPort: expect.any(Number), size: 3 },
    });
    await server.received('QUIT');
    expect(server.dialogue.map((line) => line.replace(/ .*/, ''))).toEqual([
      'USER',
      'PASS',
      'FEAT',
      'TYPE',
      'EPSV',
      'RETR',
      'QUIT',
    ]);
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('prints each step as performance data', async () => {
    await using server = await createFtpServer(farm);
    const { exitCode, stdout } = await runCommand(ftp, [
      '-H',
      '127.0.0.1',
      '-p',
      String(server.port),
      '--file',
      'sentinel.txt',
      '-w',
      '5',
    ]);
    expect(exitCode).toBe(0);
    const s = '\\d\\.\\d{6}s';
    expect(stdout).toMatch(
      new RegExp(
        `^FTP OK - 3 bytes of sentinel\\.txt in \\d\\.\\d{3}s \\(EPSV\\)\\|time=${s};5\\.000000;;0\\.000000;10\\.000000 connect=${s} greeting=${s} login=${s} features=${s} data=${s} transfer=${s} content=${s} quit=${s} size=3B\n$`,
      ),
    );
  });

  it('prints the steps of a run that failed, too, but for the classic lines', async () => {
    await using server = await createFtpServer(farm);
    const argv = ['-H', '127.0.0.1', '-p', String(server.port), '--file', 'absent.txt', '--reason-code'];
    expect((await runCommand(ftp, argv)).stdout).toMatch(
      /^FTP CRITICAL - no absent\.txt: 550 [^|]* \[file-missing\]\|time=[^ ]*;;;0\.000000;10\.000000 connect=.* transfer=\d\.\d{6}s\n$/,
    );
    await server.close();
    expect((await runCommand(ftp, argv)).stdout).toMatch(/^connect to address .*: Connection refused \[refused\]\n$/);
  });

  it('prints one line, whatever it was told to look for', async () => {
    await using server = await createFtpServer(farm);
    const argv = ['-H', '127.0.0.1', '-p', String(server.port), '--file', 'sentinel.txt', '--content', 'a\n\tb'];
    expect((await runCommand(ftp, argv)).stdout).toMatch(
      /^FTP CRITICAL - sentinel\.txt \(3 bytes\) does not contain "a {2}b"\|.*\n$/,
    );
  });

  it('only logs in where no file is named', async () => {
    expect(await runWith([], { user: 'anonymous' })).toMatchObject({
      status: 'OK',
      summary: expect.stringMatching(/^logged in as anonymous in /),
    });
  });

  it('logs in over a unix socket, which has no data connections', async () => {
    await using folder = await temporaryFolder();
    await using _server = await serveFtp({}, { path: folder.at('ftp.sock') });
    const checkSocket = (options: FtpOptions) =>
      runCheck(
        { checker: ftp, target: { host: folder.at('ftp.sock'), port: 21 }, options },
        { timeoutMs: 9_000, clock: new ManualClock() },
      );
    expect(await checkSocket({ anonymous: true })).toMatchObject({ status: 'OK' });
    for (const data of ['passive', 'active'] as const)
      expect(await checkSocket({ data })).toMatchObject({
        status: 'UNKNOWN',
        code: 'local-fault',
        summary: 'a unix socket has no address to make data connections from or to',
      });
  });

  it('is slow where thresholds say so', async () => {
    expect(await runWith([], { ...sentinel, warning: Range.parse('100:') })).toMatchObject({
      status: 'WARNING',
      code: 'slow',
    });
  });

  it.each<[FtpFault[], FtpOptions, string, string]>([
    [['auth-refused'], sentinel, 'CRITICAL', 'auth-failed'],
    [['missing-file'], sentinel, 'CRITICAL', 'file-missing'],
    [['wrong-content'], sentinel, 'CRITICAL', 'content-mismatch'],
    [['epsv-refused'], sentinel, 'OK', 'ok'],
    [['epsv-refused'], { ...sentinel, data: 'epsv' }, 'CRITICAL', 'epsv-refused'],
    [['data-refused'], sentinel, 'CRITICAL', 'data-refused'],
    [['data-refused', 'epsv-refused'], sentinel, 'CRITICAL', 'data-refused'],
    [['pasv-elsewhere'], { ...sentinel, data: 'pasv' }, 'OK', 'ok'],
    [['too-many'], sentinel, 'WARNING', 'overloaded'],
    [['wrong-banner'], sentinel, 'CRITICAL', 'banner-mismatch'],
    [['wrong-banner'], { ...sentinel, mismatch: 'warn' }, 'WARNING', 'banner-mismatch'],
    [['reset'], sentinel, 'CRITICAL', 'reset'],
    [['refuse'], sentinel, 'CRITICAL', 'refused'],
    [['refuse'], { ...sentinel, refuse: 'warn' }, 'WARNING', 'refused'],
    [[], { ...sentinel, expect: ['ProFTPD'] }, 'CRITICAL', 'banner-mismatch'],
    [[], { ...sentinel, minBytes: 4 }, 'CRITICAL', 'size-mismatch'],
    [[], { ...sentinel, maxBytes: 2 }, 'CRITICAL', 'size-mismatch'],
    [[], { file: 'sentinel.txt', minBytes: 3, maxBytes: 3 }, 'OK', 'ok'],
    [[], { user: 'stranger' }, 'UNKNOWN', 'local-fault'],
    [[], { user: 'probe', password: new Secret({ file: '/nonexistent' }) }, 'UNKNOWN', 'local-fault'],
  ])('with faults %j and options %j ends %s %s', async (faults, options, status, code) => {
    expect(await runWith(faults, options)).toMatchObject({ status, code });
  });

  it.each(['421 too many users', '530 too many users'])('greeted with %s is no worse than full', async (greeting) => {
    await using server = await serveFtp({}, { greeting });
    expect(await run(server.port, sentinel)).toMatchObject({ status: 'WARNING', code: 'overloaded' });
  });

  it('knows the address a server advertises, and does not go there', async () => {
    const outcome = await runWith(['pasv-elsewhere'], { ...sentinel, data: 'pasv' });
    expect(outcome).toMatchObject({ status: 'OK', facts: { dataMode: 'pasv', pasvAddress: '192.0.2.1' } });
  });

  it.each<FtpFault>(['silence', 'half-banner'])('gives up on %s at its deadline', async (fault) => {
    await using server = await createFtpServer(farm);
    await server.inject(fault);
    const clock = new ManualClock();
    const outcome = run(server.port, sentinel, clock);
    await until(() => server.connections === 1);
    await clock.advance(9_000);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', line: 'CRITICAL - Socket timeout after 9 seconds' });
  });

  it('blames the data connection when nothing comes over it', async () => {
    await using server = await createFtpServer(farm);
    await server.inject('data-silence');
    const clock = new ManualClock();
    const outcome = run(server.port, sentinel, clock);
    await server.received(/^RETR/);
    await clock.advance(9_000);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code: 'data-timeout' });
  });
});

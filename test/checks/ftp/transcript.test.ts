import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type Clock, Secret } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { createCertificate, type FtpServerOptions } from '../../../src/testkit/index.ts';
import { runCommand } from '../../plugin/run-command.ts';
import { faultyServer, runFtp } from './deep-run.ts';
import { serve } from './scripted-server.ts';
import { until } from './until.ts';

process.env['TRANSCRIPT_PASSWORD'] = 'hunter2';
const password = new Secret({ env: 'TRANSCRIPT_PASSWORD' });
const farm: FtpServerOptions = { users: { probe: 'hunter2' }, files: { '/a.txt': 'OK\n' }, banner: 'ready' };

/** The transcript of a run, ports and times replaced. */
const transcriptOf = async (port: number, options: FtpOptions, clock: Clock = new ManualClock()): Promise<string[]> => {
  const lines: string[] = [];
  await runFtp(port, options, { clock, transcript: (line) => lines.push(line) });
  return lines.map((line) => line.replace(/^\d\.\d{3}/, 'T').replace(/(port |\( {3})\d+/, '$1N'));
};

describe('the transcript', () => {
  it('has all that is said, and no password', async () => {
    await using server = await faultyServer([], farm);
    expect(await transcriptOf(server.port, { user: 'probe', password, file: 'a.txt' })).toEqual([
      'T = connected to 127.0.0.1 port N',
      'T < 220 ready',
      'T > USER probe',
      'T < 331 Please specify the password.',
      'T > PASS ***',
      'T < 230 Login successful.',
      'T > FEAT',
      'T < 211-Features:',
      'T <  EPRT',
      'T <  EPSV',
      'T <  PASV',
      'T <  SIZE',
      'T < 211 End',
      'T > TYPE I',
      'T < 200 Type set.',
      'T > EPSV',
      'T < 229 Entering Extended Passive Mode (   N )',
      'T = data connection to 127.0.0.1 port N',
      'T > RETR a.txt',
      'T < 150 Opening data connection (3 bytes).',
      'T < 226 Transfer complete.',
      'T > QUIT',
      'T < 221 Goodbye.',
    ]);
  });

  it('is what -v tells of a deep check, as it goes', async () => {
    await using server = await faultyServer([], farm);
    const argv = [
      '-H',
      '127.0.0.1',
      '-p',
      String(server.port),
      '--user',
      'probe',
      '--password-env',
      'TRANSCRIPT_PASSWORD',
    ];
    const { stdout } = await runCommand(ftp, [...argv, '-v']);
    expect(stdout).toMatch(
      /^0\.\d{3} = connected to .*\n\d\.\d{3} > PASS \*\*\*\n.*\nFTP OK - logged in as probe in .*\n$/s,
    );
    expect(stdout).not.toContain('hunter2');
  });

  it('masks the password where the server repeats it', async () => {
    await using server = await faultyServer(['echo-password'], farm);
    const lines = await transcriptOf(server.port, { user: 'probe', password });
    expect(lines).toContainEqual(expect.stringMatching(/^T < 230 .*\*\*\*/));
    expect(lines.join()).not.toContain('hunter2');
  });

  it('tells of TLS on both connections', async () => {
    const { cert, key } = await createCertificate({ altNames: ['127.0.0.1'] });
    await using server = await faultyServer([], { ...farm, anonymous: true, tls: { cert, key } });
    // Certificates are judged by the time of day.
    const lines = await transcriptOf(server.port, { tls: 'explicit', tlsInsecure: true, file: 'a.txt' }, systemClock);
    expect(lines.filter((line) => line.includes('TLS') && !line.startsWith('T <'))).toEqual([
      'T > AUTH TLS',
      expect.stringMatching(/^T = control connection is TLSv1\.3/),
      'T = data connection is TLS, on the session of the control connection',
    ]);
  });

  it('has a look at the greeting too', async () => {
    await using server = await serve((socket) => void socket.write('220-one\r\n220 two\x1b|x\r\n'));
    expect(await transcriptOf(server.port, { send: 'NOOP\\r\\n', escape: true })).toEqual([
      'T = connected to 127.0.0.1 port N',
      'T > NOOP',
      'T < 220-one',
      'T < 220 two  x',
      'T > QUIT',
    ]);
  });

  it('counts the seconds since the beginning', async () => {
    const clock = new ManualClock();
    const lines: string[] = [];
    const transcript = (line: string) => void lines.push(line);
    await using server = await serve((socket) => void socket.write('220 ready\r\n'));
    const outcome = runFtp(server.port, { delay: 2 }, { clock, transcript });
    await until(() => clock.timers === 2);
    await clock.advance(2_000);
    await outcome;
    expect(lines.map((line) => line.slice(0, 7))).toEqual(['0.000 =', '2.000 <', '2.000 >']);
  });
});

import { describe, expect, it } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { renderPerfdata } from '../../../src/checker/index.ts';
import { ManualClock, type SshFault } from '../../../src/testkit/index.ts';
import { drive } from '../drive.ts';
import { runCommand } from '../run-command.ts';
import { type Given, login, run, startServer } from './deep-run.ts';

/** The labels of performance data, those that are not times with their values. */
const labelsOf = (perfdata: string): string => perfdata.replaceAll(/=\d+\.\d{6}s\S*/g, '');

describe('a deep run that fails says how long each stage took until then:', () => {
  const loggedIn = 'time connect greeting kex auth';
  const transferred = `${loggedIn} channel subsystem transfer`;

  it.each<[SshFault | undefined, Given, string, string]>([
    ['wrong-banner', {}, 'banner-mismatch', 'time connect greeting'],
    ['weak-kex', {}, 'no-common-algorithm', 'time connect greeting kex'],
    ['auth-refused', {}, 'auth-failed', loggedIn],
    ['channel-refused', { sftp: true }, 'access-denied', `${loggedIn} channel`],
    ['no-subsystem', { sftp: true }, 'subsystem-missing', `${loggedIn} channel subsystem`],
    ['missing-file', { file: '/sentinel.txt' }, 'file-missing', transferred],
    [undefined, { file: '/sentinel.txt', content: 'baa' }, 'content-mismatch', `${transferred} size=4B`],
    ['stale-files', { list: '/', maxAge: '1h' }, 'too-old', `${transferred} age`],
    [undefined, { command: 'false' }, 'command-failed', `${loggedIn} channel command`],
    [undefined, { file: '/sentinel.txt', command: 'false' }, 'command-failed', `${transferred} command size=4B`],
  ])('%s with %j', async (fault, given, code, labels) => {
    await using server = await startServer({ commands: { false: { exitCode: 1 } } }, ...(fault ? [fault] : []));
    const { code: found, metrics } = await run(server, { ...login, ...given });
    expect([found, labelsOf(renderPerfdata(metrics))]).toEqual([code, labels]);
  });

  it.each<[SshFault, Given, string]>([
    ['kex-silence', {}, 'time connect greeting kex'],
    ['auth-silence', {}, loggedIn],
    ['transfer-silence', { file: '/sentinel.txt' }, transferred],
    ['command-silence', { command: 'uptime' }, `${loggedIn} channel command`],
  ])('%s, until the time is up', async (fault, given, labels) => {
    const clock = new ManualClock();
    await using server = await startServer({ clock, commands: { uptime: {} } }, fault);
    const running = run(server, { ...login, warning: 2, ...given }, { clock });
    await drive(clock, running);
    const { code, metrics } = await running;
    expect([code, labelsOf(renderPerfdata(metrics))]).toEqual(['timeout', labels]);
    expect(renderPerfdata(metrics)).toMatch(/^time=5\.\d{6}s;2\.000000;;0\.000000;5\.000000 /);
  });

  it('but for the lines of the original', async () => {
    const server = await startServer();
    const hostKey = ['--host-key', 'any'];
    await server.close();
    const refused = await runCommand(ssh, ...hostKey, '-p', server.port, server.host);
    expect(refused.stdout).toMatch(/: Connection refused\n$/);
    const unknown = await runCommand(ssh, ...hostKey, '-H', 'a..b');
    expect(unknown.stdout).toMatch(/^check_ssh: Invalid hostname\/address - a\.\.b\nUsage:/);
  });
});

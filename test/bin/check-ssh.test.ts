import { describe, expect, it } from 'vitest';
import { createSshServer } from '../../src/testkit/index.ts';
import { runBin } from './run-bin.ts';

const startServer = () =>
  createSshServer({ users: { probe: 'hunter2' }, files: { '/sentinel.txt': 'moo' }, identification: 'barn_1.0' });

describe('the built check_ssh', () => {
  it('prints the classic line', async () => {
    await using server = await startServer();
    expect(await runBin('check_ssh', ['-p', server.port, server.host])).toEqual({
      stdout: 'SSH OK - barn_1.0 (protocol 2.0) | time=Ts;;;0.000000;10.000000\n',
      stderr: '',
      exitCode: 0,
    });
  });

  it('logs in and reads a file by SFTP', async () => {
    await using server = await startServer();
    const login = ['--user', 'probe', '--password-env', 'PROBE_PASSWORD', '--host-key', server.hostKey.fingerprint];
    const argv = [...login, '--file', '/sentinel.txt', '-H', server.host, '-p', server.port];
    const { stdout, stderr, exitCode } = await runBin('check_ssh', argv, { PROBE_PASSWORD: 'hunter2' });
    expect(stdout).toMatch(/^SSH OK - 3 bytes of \/sentinel\.txt by SFTP in Ts \| time=Ts;.* transfer=Ts size=3B\n$/);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  it('ends at its time limit', async () => {
    await using server = await startServer();
    await server.inject('silence');
    expect(await runBin('check_ssh', ['-t', 1, '-H', server.host, '-p', server.port])).toEqual({
      stdout: 'CRITICAL - Socket timeout after 1 seconds\n',
      stderr: '',
      exitCode: 2,
    });
  });

  it('does not get stuck where ssh2 would', async () => {
    await using server = await startServer();
    await server.inject('packet-size-0');
    const login = ['--user', 'probe', '--password-env', 'PROBE_PASSWORD', '--host-key', server.hostKey.fingerprint];
    const argv = [...login, '--sftp', '-t', 9, '-H', server.host, '-p', server.port];
    expect(await runBin('check_ssh', argv, { PROBE_PASSWORD: 'hunter2' })).toEqual({
      stdout:
        'SSH CRITICAL - the server takes no packet of any size in its channel | ' +
        'time=Ts;;;0.000000;9.000000 connect=Ts greeting=Ts kex=Ts auth=Ts channel=Ts subsystem=Ts\n',
      stderr: '',
      exitCode: 2,
    });
  });
});

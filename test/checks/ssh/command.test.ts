import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { packageVersion } from '../../../src/checker/index.ts';
import { runCommand } from '../run-command.ts';
import { openRawServer } from './raw-server.ts';

const usage = 'Usage:\ncheck_ssh  [-4|-6] [-t <timeout>] [-r <remote version>] [-p <port>] <host>\n';

const saying = (text: string) => (socket: Socket) => socket.end(text);

describe('check_ssh prints what the classic one prints', () => {
  it.each([
    ['-H HOST -p PORT', 'SSH OK - barn_1.0 moo (protocol 2.0) | time=Ts;;;0.000000;10.000000\n', 0],
    ['-p PORT HOST', 'SSH OK - barn_1.0 moo (protocol 2.0) | time=Ts;;;0.000000;10.000000\n', 0],
    ['HOST PORT', 'SSH OK - barn_1.0 moo (protocol 2.0) | time=Ts;;;0.000000;10.000000\n', 0],
    ['-t 33 HOST PORT', 'SSH OK - barn_1.0 moo (protocol 2.0) | time=Ts;;;0.000000;33.000000\n', 0],
    ['--host HOST --po PORT', 'SSH OK - barn_1.0 moo (protocol 2.0) | time=Ts;;;0.000000;10.000000\n', 0],
    ['-P 2.0 HOST PORT', 'SSH OK - barn_1.0 moo (protocol 2.0) | time=Ts;;;0.000000;10.000000\n', 0],
    ['--remote-protcol=2.0 HOST PORT', 'SSH OK - barn_1.0 moo (protocol 2.0) | time=Ts;;;0.000000;10.000000\n', 0],
    ['-r x HOST PORT', "SSH CRITICAL - barn_1.0 moo (protocol 2.0) version mismatch, expected 'x'\n", 2],
    [
      '-P 1 --reason-code HOST PORT',
      "SSH CRITICAL - barn_1.0 moo (protocol 2.0) protocol version mismatch, expected '1' [banner-mismatch]\n",
      2,
    ],
    [
      '-v -r x HOST PORT',
      `SSH-2.0-barn_1.0 moo\nSSH-2.0-check_ssh_${packageVersion}\r\n\n` +
        "SSH CRITICAL - barn_1.0 moo (protocol 2.0) version mismatch, expected 'x'\n",
      2,
    ],
  ])('for %s', async (words, stdout, exitCode) => {
    await using server = await openRawServer(saying('SSH-2.0-barn_1.0 moo\r\n'));
    const argv = words.replace('HOST', '127.0.0.1').replace('PORT', String(server.port)).split(' ');
    expect(await runCommand(ssh, ...argv)).toEqual({ stdout, stderr: '', exitCode });
  });

  it.each([
    ['', 'Server answer: '],
    ['220 Farm FTP ready\r\n', 'Server answer: 220 Farm FTP ready\r\n'],
    [
      'Not allowed at this time\r\n',
      'SSH WARNING - Not allowed at this time (in sshd_config: PerSourcePenaltyExemptList 127.0.0.1)\n',
    ],
  ])('when the server says %j', async (said, stdout) => {
    await using server = await openRawServer(saying(said));
    const exitCode = stdout.includes('WARNING') ? 1 : 2;
    expect(await runCommand(ssh, '127.0.0.1', server.port)).toEqual({ stdout, stderr: '', exitCode });
  });

  it('with the tabs of the server, on one line all the same', async () => {
    await using server = await openRawServer(saying('SSH-2.0-barn_1.0 moo\tmoo\r\n'));
    const said = 'barn_1.0 moo\tmoo (protocol 2.0)';
    expect((await runCommand(ssh, '127.0.0.1', server.port)).stdout).toContain(`SSH OK - ${said} | `);
    expect((await runCommand(ssh, '-r', 'x\n\ty', '127.0.0.1', server.port)).stdout).toBe(
      `SSH CRITICAL - ${said} version mismatch, expected 'x  y'\n`,
    );
    expect((await runCommand(ssh, '-P', '2\n0', '127.0.0.1', server.port)).stdout).toBe(
      `SSH CRITICAL - ${said} protocol version mismatch, expected '2 0'\n`,
    );
  });

  it('when the connection is refused', async () => {
    const server = await openRawServer(() => {});
    await server[Symbol.asyncDispose]();
    const stdout = `connect to address 127.0.0.1 and port ${server.port}: Connection refused\n`;
    expect(await runCommand(ssh, '127.0.0.1', server.port)).toEqual({ stdout, stderr: '', exitCode: 2 });
  });

  it.each([
    ['-H a..b', `check_ssh: Invalid hostname/address - a..b\n${usage}`],
    ['-H 127.0.0.1 -6', 'Address family for hostname not supported\n'],
    ['-6 -H 127.0.0.1', `check_ssh: Invalid hostname/address - 127.0.0.1\n${usage}`],
    ['-H a..\nb', `check_ssh: Invalid hostname/address - a.. b\n${usage}`],
    ['-H /run/ssh.sock', `check_ssh: Invalid hostname/address - /run/ssh.sock\n${usage}`],
    ['-H 127.0.0.1 -p 0', `check_ssh: Port number must be a positive integer - 0\n${usage}`],
    ['-H 127.0.0.1 -t 0', `check_ssh: Timeout interval must be a positive integer - 0\n${usage}`],
    ['-H 127.0.0.1 --host-key any --sha256 x', `check_ssh: --sha256 must be 64 hexadecimal digits, not "x"\n${usage}`],
    [
      '-H 127.0.0.1 --user u --agent --host-key any --file x --min-bytes 9 --max-bytes 5',
      `check_ssh: --min-bytes must not exceed --max-bytes\n${usage}`,
    ],
    ['-p 22', `check_ssh: Could not parse arguments\n${usage}`],
  ])('when it is called wrongly: %s', async (words, stdout) => {
    expect(await runCommand(ssh, ...words.split(' '))).toEqual({ stdout, stderr: '', exitCode: 3 });
  });

  it.each([
    ['-w 1 -H 127.0.0.1', 'w'],
    ['--critical 1 127.0.0.1', 'c'],
  ])('when it is given thresholds without anything deep, as the original: %s', async (words, letter) => {
    const stderr = `check_ssh: invalid option -- '${letter}'\n`;
    expect(await runCommand(ssh, ...words.split(' '))).toEqual({
      stdout: `Usage:\n${usage.slice(7)}`,
      stderr,
      exitCode: 3,
    });
  });

  it.each(['a..b', '/run/ssh.sock', '-6 127.0.0.1', '[::1] 22'])(
    'when an operand is no host, with nothing before the usage: %s',
    async (words) => {
      const host = words.split(' ').find((word) => !/^-6|^22$/.test(word));
      const stderr = `check_ssh: Invalid hostname/address - ${host}\n`;
      expect(await runCommand(ssh, ...words.split(' '))).toEqual({ stdout: usage, stderr, exitCode: 3 });
    },
  );

  it('when a login has no pin for the host key: nothing is sent', async () => {
    await using server = await openRawServer(() => {});
    const given = ['--user', 'probe', '--password-env', 'PROBE', '127.0.0.1', server.port];
    const { stdout, exitCode } = await runCommand(ssh, ...given);
    expect(stdout).toMatch(/^check_ssh: --host-key is required with user: give SHA256:/);
    expect(exitCode).toBe(3);
  });
});

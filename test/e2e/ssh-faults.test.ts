import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { sentinel } from './ftp-setup.ts';
import type { RealServer } from './real-server.ts';
import { checkSsh, passwordFlags } from './ssh-programs.ts';
import { sshd, startSshd } from './sshd.ts';

/** A check that found something. */
const found = (status: 'WARNING' | 'CRITICAL', code: string, says = '') => ({
  code: status === 'WARNING' ? 1 : 2,
  stdout: expect.stringMatching(`^SSH ${status} - [^\n]*${says}[^\n]* \\[${code}\\] \\| time=[^|\n]*\n$`),
  stderr: '',
});

/** A connection that does not log in, once sshd has forgotten the one that looked for its greeting. */
const takeTheOnlyPlace = async ({ host, port }: RealServer): Promise<Socket | undefined> => {
  const socket = connect(port, host);
  const [bytes] = await once(socket, 'data');
  if (String(bytes).startsWith('SSH-')) return socket;
  socket.destroy();
  return undefined;
};

const start = (...config: string[]): Promise<RealServer> => startSshd(sentinel, undefined, { account: true, config });

describe('check_ssh finds in OpenSSH', () => {
  beforeEach((context) => needs(context, sshd));

  it.each([
    ['no SFTP', ['Subsystem other /bin/false'], ['--sftp'], 'subsystem-missing', ''],
    ['an SFTP server that is not there', ['Subsystem sftp /nowhere/sftp-server'], ['--sftp'], 'subsystem-missing', ''],
    ['no sessions', ['MaxSessions 0'], ['--sftp'], 'access-denied', 'no channel'],
    ['a forced command', ['ForceCommand internal-sftp'], ['--command', 'echo moo'], 'command-failed', ''],
    ['another way to log in', ['PasswordAuthentication no'], [], 'auth-failed', 'the server takes: publickey'],
    ['nobody let in', ['DenyUsers probe'], [], 'auth-failed', ''],
    [
      'an old key exchange only',
      ['KexAlgorithms diffie-hellman-group1-sha1'],
      [],
      'no-common-algorithm',
      'offers diffie-hellman-group1-sha1',
    ],
    ['an unusual cipher only', ['Ciphers aes256-cbc'], [], 'no-common-algorithm', 'offers aes256-cbc'],
  ])('%s', async (_what, config, flags, code, says) => {
    await using server = await start(...config);
    expect(await checkSsh(server, ...(await passwordFlags(server)), ...flags)).toEqual(found('CRITICAL', code, says));
  });

  it('a chroot that others may write to, and says what to do', async () => {
    await using server = await startSshd(sentinel, undefined, { account: true, config: ['ChrootDirectory %h'] });
    await chmod(server.place.root, 0o777);
    const flags = [...(await passwordFlags(server)), '--sftp', '--json'];
    const { code, stdout } = await checkSsh(server, ...flags);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'reset', remedy: expect.stringContaining('ChrootDirectory') });
  });

  it('too many connections that are not logged in', async () => {
    await using server = await start('MaxStartups 1:100:1');
    const idle = await eventually(() => takeTheOnlyPlace(server), { what: 'a place' });
    const { code, stdout } = await checkSsh(server);
    idle.destroy();
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/MaxStartups.*\[throttled\]\n$/) });
  });

  it('a talkative shell before SFTP', async () => {
    await using server = await start('Subsystem sftp echo Good morning; exec /usr/lib/openssh/sftp-server');
    const flags = [...(await passwordFlags(server)), '--sftp'];
    expect(await checkSsh(server, ...flags)).toEqual(found('CRITICAL', 'protocol', 'Good morning'));
  });
});

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { daemon, probe, sentinel } from './ftp-setup.ts';
import type { RealServer } from './real-server.ts';
import { makeKey } from './ssh-keys.ts';
import { checkSsh, passwordFlags, pinFlags, sshPrograms } from './ssh-programs.ts';

/** A check that went well: one line, and its summary matches. */
const ok = (summary: string) => ({
  code: 0,
  stdout: expect.stringMatching(`^SSH OK - ${summary}[^|\n]*\\| [^|\n]*\n$`),
  stderr: '',
});

const sha256 = createHash('sha256')
  .update(sentinel['sentinel.txt'] ?? '')
  .digest('hex');

const makeIncoming = async ({ place }: RealServer) => {
  await mkdir(join(place.root, 'incoming'));
  await chown(join(place.root, 'incoming'), daemon.uid, daemon.gid);
};

describe.each(sshPrograms.map((ssh) => [ssh.name, ssh] as const))('check_ssh and %s', (_name, ssh) => {
  beforeEach((context) => needs(context, ssh.program));

  it('compares its identification', async () => {
    await using server = await ssh.start();
    expect(await checkSsh(server)).toEqual(ok(`${ssh.software.source}[^|]* \\(protocol 2\\.0\\)`));
  });

  it('looks at its host key without a login', async () => {
    await using server = await ssh.start();
    expect(await checkSsh(server, ...(await pinFlags(server)))).toEqual(ok('host key SHA256:\\S+ \\(ssh-ed25519\\)'));
    const wrong = await checkSsh(server, '--host-key', `SHA256:${'A'.repeat(43)}`);
    expect(wrong).toEqual({ code: 2, stdout: expect.stringMatching(/\[host-key\] \| time=[^|\n]*\n$/), stderr: '' });
  });

  it('finds it in a known_hosts file, hashed by ssh-keygen', async () => {
    await using server = await ssh.start();
    const { folder, host, port } = server.place;
    const file = join(folder, 'known_hosts');
    await writeFile(file, `[${host}]:${port} ${await readFile(join(folder, 'host_key.pub'), 'utf8')}`);
    await promisify(execFile)('ssh-keygen', ['-q', '-H', '-f', file]);
    expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/);
    expect(await checkSsh(server, '--known-hosts', file)).toEqual(ok('host key'));
  });

  it.each([
    ['logs in', [], 'logged in as probe'],
    ['opens SFTP', ['--sftp'], 'SFTP session of probe'],
    ['reads a file', ['--file', 'sentinel.txt', '--content', 'is well'], '12 bytes of sentinel\\.txt by SFTP'],
    ['knows a file by its hash', ['--file', 'sentinel.txt', '--sha256', sha256], '12 bytes of sentinel\\.txt by SFTP'],
    ['lists a folder', ['--list', '.', '--max-age', '1h'], '\\d+ entr(?:y|ies) in \\., the newest file \\d+ s old'],
    ['runs a command', ['--command', 'echo moo', '--command-output', 'moo'], '"echo moo" ended with 0'],
  ])('%s by password', async (_what, flags, says) => {
    await using server = await ssh.start();
    expect(await checkSsh(server, ...(await passwordFlags(server)), ...flags)).toEqual(ok(says));
  });

  it('logs in by key, with a passphrase and without', async () => {
    await using server = await ssh.start();
    const { folder } = server.place;
    const flags = [...(await pinFlags(server)), '--user', probe.user];
    expect(await checkSsh(server, ...flags, '--key', join(folder, 'user_key'))).toEqual(ok('logged in as probe'));

    await writeFile(join(folder, 'passphrase'), 'open sesame\n');
    const change = ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', join(folder, 'user_key')];
    await promisify(execFile)('ssh-keygen', change);
    const locked = await checkSsh(server, ...flags, '--key', join(folder, 'user_key'));
    expect(locked).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('no keyPassphrase (--key-passphrase-file) [local-fault]'),
    });
    const opened = ['--key', join(folder, 'user_key'), '--key-passphrase-file', join(folder, 'passphrase')];
    expect(await checkSsh(server, ...flags, ...opened)).toEqual(ok('logged in as probe'));
  });

  it('stores a file, reads it back and deletes it', async () => {
    await using server = await ssh.start();
    await makeIncoming(server);
    const flags = [...(await passwordFlags(server)), '--upload', 'incoming'];
    expect(await checkSsh(server, ...flags)).toEqual(ok('\\d+ bytes stored, read back and deleted by SFTP'));
    expect(await readdir(join(server.place.root, 'incoming'))).toEqual([]);
  });

  it.each([
    ['a wrong password', [], 'auth-failed'],
    ['a missing file', ['--file', 'absent'], 'file-missing'],
    ['a folder where a file should be', ['--file', '.'], 'file-missing'],
    ['a file that may not be read', ['--file', '/etc/shadow'], 'access-denied'],
    ['other contents', ['--file', 'sentinel.txt', '--content', 'on fire'], 'content-mismatch'],
    ['a folder that may not be written to', ['--upload', '.'], 'access-denied'],
    ['a command that fails', ['--command', 'exit 3'], 'command-failed'],
  ])('tells %s', async (what, flags, code) => {
    await using server = await ssh.start();
    const password = what === 'a wrong password' ? 'guess' : undefined;
    const ended = await checkSsh(server, ...(await passwordFlags(server, password)), ...flags);
    const stdout = expect.stringMatching(new RegExp(`\\[${code}\\] \\| time=[^|\n]*\n$`));
    expect(ended).toEqual({ code: 2, stdout, stderr: '' });
  });

  it('tells a folder where nothing new comes', async () => {
    await using server = await ssh.start();
    const yesterday = Date.now() / 1_000 - 86_400;
    await utimes(join(server.place.root, 'sentinel.txt'), yesterday, yesterday);
    const ended = await checkSsh(server, ...(await passwordFlags(server)), '--list', '.', '--max-age', '1h');
    expect(ended).toMatchObject({ code: 2, stdout: expect.stringContaining('[too-old]') });
  });

  it('shows the dialogue, but not the password', async () => {
    await using server = await ssh.start();
    const flags = [...(await passwordFlags(server)), '--file', 'sentinel.txt', '--transcript'];
    const { code, stdout } = await checkSsh(server, ...flags);
    expect(code).toBe(0);
    for (const line of [
      '> SSH-2.0-check_ssh',
      '< KEXINIT',
      '> USERAUTH_REQUEST (password)',
      '> sftp stat sentinel.txt',
    ])
      expect(stdout).toContain(line);
    expect(stdout).not.toContain(probe.password);
  });

  it('leaves no complaint in its log', async () => {
    await using server = await ssh.start();
    await makeIncoming(server);
    const login = await passwordFlags(server);
    // Looking for its greeting has made it complain.
    await eventually(async () => (/\S/.test(server.takeLog()) ? undefined : true), { what: 'a quiet log' });
    const runs = [
      [],
      await pinFlags(server),
      ['--host-key', `SHA256:${'A'.repeat(43)}`].slice(0, ssh.name === 'OpenSSH' ? 2 : 0),
      login,
      [...login, '--file', 'sentinel.txt', '--list', '.', '--upload', 'incoming'],
      [...login, '--command', 'echo moo'],
    ];
    for (const flags of runs) await checkSsh(server, ...flags);
    let log = '';
    const isOver = () => {
      log += server.takeLog();
      return log.match(/isconnect/g)?.length ?? 0;
    };
    await eventually(() => (isOver() >= runs.length ? true : undefined), { what: 'the end of all sessions' });
    expect(log.split('\n').filter((line) => ssh.complaints.test(line))).toEqual([]);
  });
});

describe('check_ssh and the keys of a real server', () => {
  const [openSsh, dropbear] = sshPrograms;

  it('fetches one of every type that OpenSSH offers', async (context) => {
    if (!openSsh) throw new Error('no OpenSSH');
    needs(context, openSsh.program);
    await using server = await openSsh.start();
    const { code, stdout } = await checkSsh(server, '--host-key-types', '--json');
    expect(code).toBe(0);
    const { facts } = JSON.parse(stdout);
    const types = facts.hostKeys.map((key: string) => key.split(' ')[0]);
    expect(types.toSorted()).toEqual(['ecdsa-sha2-nistp256', 'ssh-ed25519', 'ssh-rsa']);
    expect(facts).not.toHaveProperty('hostKeysWithheld');
  });

  it('says which ones Dropbear offers without having any', async (context) => {
    if (!dropbear) throw new Error('no Dropbear');
    needs(context, dropbear.program);
    await using server = await dropbear.start();
    const { code, stdout } = await checkSsh(server, '--host-key-types', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).facts).toMatchObject({ hostKeys: { length: 1 }, hostKeysWithheld: ['ssh-rsa'] });
  });

  it('logs in with an agent', async (context) => {
    if (!openSsh) throw new Error('no OpenSSH');
    needs(context, openSsh.program, { debian: 'openssh-client', path: '/usr/bin/ssh-agent' });
    await using server = await openSsh.start();
    const { folder, host, port } = server.place;
    const key = join(folder, 'user_key');
    await makeKey(join(folder, 'other_key'));
    const script = 'ssh-add -q "$0" "$1" && shift && exec "$@"';
    const flags = [...(await pinFlags(server)), '--user', probe.user, '--agent', '-H', host, '-p', `${port}`];
    const { binPath } = await import('../bin-path.ts');
    const command = [process.execPath, binPath('check_ssh'), ...flags];
    const { stdout } = await promisify(execFile)('ssh-agent', [
      'sh',
      '-c',
      script,
      join(folder, 'other_key'),
      key,
      ...command,
    ]);
    expect(stdout).toMatch(/^SSH OK - logged in as probe in /);
  });
});

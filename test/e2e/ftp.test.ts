import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { checkFtp, ftpPrograms, loginFlags, tlsFlags } from './ftp-programs.ts';
import { probe, sentinel, withTls } from './ftp-setup.ts';
import { loopback, loopback6 } from './site.ts';

/** A check that went well: one line, and its summary matches. */
const ok = (summary: string) => ({
  code: 0,
  stdout: expect.stringMatching(`^FTP OK - ${summary}[^|\n]*\\|[^|\n]*\n$`),
  stderr: '',
});

const fiveTimes = ok('12 bytes of sentinel\\.txt 5 times');
const uploaded = ok('\\d+ bytes stored, read back and deleted');

const file = ['--file', 'sentinel.txt', '--content', 'is well'];
const sha256 = createHash('sha256')
  .update(sentinel['sentinel.txt'] ?? '')
  .digest('hex');

/** Ways to a data connection, and the command that each comes down to. PASV and PORT know no IPv6 (RFC 2428). */
const ways = [
  ['passive', 'EPSV', 'IPv4', loopback],
  ['epsv', 'EPSV', 'IPv4', loopback],
  ['pasv', 'PASV', 'IPv4', loopback],
  ['active', 'PORT', 'IPv4', loopback],
  ['port', 'PORT', 'IPv4', loopback],
  ['eprt', 'EPRT', 'IPv4', loopback],
  ['passive', 'EPSV', 'IPv6', loopback6],
  ['epsv', 'EPSV', 'IPv6', loopback6],
  ['active', 'EPRT', 'IPv6', loopback6],
  ['eprt', 'EPRT', 'IPv6', loopback6],
] as const;

describe.each(ftpPrograms.map((ftp) => [ftp.name, ftp] as const))('check_ftp and %s', (_name, ftp) => {
  beforeEach((context) => needs(context, ftp.program));

  it('reads its greeting', async () => {
    await using server = await ftp.start();
    expect(await checkFtp(server)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^FTP OK - 0\.\d{3} second response time on 127\.0\.0\.1 port \d+ \[220[- ]/),
      stderr: '',
    });
  });

  it.each([
    ['logs in', [], 'logged in as (?:probe|anonymous)'],
    ['reads a file', file, '12 bytes of sentinel\\.txt'],
    ['knows a file by its hash', ['--file', 'sentinel.txt', '--sha256', sha256], '12 bytes of sentinel\\.txt'],
    ['lists the directory', ['--list'], '\\d+ entries listed'],
    ['reads a file five times in one login', [...file, '--transfers', '5'], '12 bytes of sentinel\\.txt 5 times'],
    ['holds an idle connection', ['--idle', '200ms'], 'alive after 0\\.2 s'],
  ])('%s', async (_what, flags, says) => {
    await using server = await ftp.start();
    expect(await checkFtp(server, ...(await loginFlags(ftp, server)), ...flags)).toEqual(ok(says));
  });

  it.each(ways)('opens a data connection by %s, that is %s, over %s', async (way, command, _family, site) => {
    await using server = await ftp.start({ site });
    const flags = [...(await loginFlags(ftp, server)), ...file, '--data', way, '--transcript'];
    const { code, stdout } = await checkFtp(server, ...flags);
    expect(stdout).toMatch(/^FTP OK - 12 bytes of sentinel\.txt/);
    expect(stdout).toContain(`> ${command}`);
    expect(code).toBe(0);
  });

  it('takes a file, gives it back and deletes it', async () => {
    await using server = await ftp.start();
    expect(await checkFtp(server, ...(await loginFlags(ftp, server)), '--upload', 'incoming')).toEqual(uploaded);
    expect(await readdir(join(server.place.root, 'incoming'))).toEqual([]);
  });

  if (ftp.usesPort20)
    it('may have to call from port 20', async () => {
      await using server = await ftp.start();
      const flags = [...(await loginFlags(ftp, server)), ...file, '--data', 'active', '--active-source-port', '20'];
      expect(await checkFtp(server, ...flags)).toEqual(ok('12 bytes of sentinel\\.txt'));
    });

  it('is good where PASV advertises the address and a port it must', async () => {
    await using server = await ftp.start({ passivePorts: [32_100, 32_199] });
    const pasv = ['--pasv-address', 'control', '--pasv-ports', '32100-32199'];
    const flags = [...(await loginFlags(ftp, server)), ...file, ...pasv];
    expect(await checkFtp(server, ...flags)).toEqual(ok('12 bytes of sentinel\\.txt'));
  });

  it.each(ftp.tlsModes)('reads a file five times over %s TLS', async (mode) => {
    await using server = await ftp.start(await withTls(mode));
    const flags = [...tlsFlags(mode, server), ...(await loginFlags(ftp, server)), ...file, '--transfers', '5'];
    expect(await checkFtp(server, ...flags, '--tls-min-version', '1.3')).toEqual(fiveTimes);
  });

  it.each(ftp.resumes ? ftp.tlsModes : [])('resumes the session of %s TLS in every data connection', async (mode) => {
    await using server = await ftp.start(await withTls(mode));
    const flags = [...tlsFlags(mode, server), ...(await loginFlags(ftp, server)), ...file, '--transfers', '5'];
    expect(await checkFtp(server, ...flags, '--tls-reuse', 'require')).toEqual(fiveTimes);
  });

  it('takes a file over TLS and an active data connection', async () => {
    await using server = await ftp.start(await withTls());
    const flags = [...tlsFlags('explicit', server), ...(await loginFlags(ftp, server))];
    expect(await checkFtp(server, ...flags, '--upload', 'incoming', '--data', 'active')).toEqual(uploaded);
    expect(await readdir(join(server.place.root, 'incoming'))).toEqual([]);
  });

  it('shows the dialogue, but not the password', async () => {
    await using server = await ftp.start(await withTls());
    const flags = [...tlsFlags('explicit', server), ...(await loginFlags(ftp, server)), ...file, '--transcript'];
    const { code, stdout } = await checkFtp(server, ...flags);
    expect(code).toBe(0);
    for (const line of ['< 220', '> AUTH TLS', '> RETR sentinel.txt', '< 226', '> QUIT'])
      expect(stdout).toContain(line);
    if (ftp.hasAccounts) expect(stdout).toContain('> PASS ***');
    expect(stdout).not.toContain(probe.password);
  });
});

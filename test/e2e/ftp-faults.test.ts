import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { checkFtp, ftpPrograms, loginFlags, tlsFlags } from './ftp-programs.ts';
import { openSession } from './ftp-session.ts';
import { withTls } from './ftp-setup.ts';
import { FullDisk } from './full-disk.ts';
import { Namespace, namespacePrograms } from './namespace.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A check that found this: one line of this status, ended by this code. */
const found = (status: 'WARNING' | 'CRITICAL', code: string) => ({
  code: status === 'WARNING' ? 1 : 2,
  stdout: expect.stringMatching(`^FTP ${status} - [^|\n]* \\[${code}\\](?: ?\\|[^|\n]*)?\n$`),
  stderr: '',
});

const file = ['--file', 'sentinel.txt'];
const ports = [32_200, 32_299] as const;

describe.each(ftpPrograms.map((ftp) => [ftp.name, ftp] as const))('check_ftp tells of %s', (_name, ftp) => {
  beforeEach((context) => needs(context, ftp.program));

  if (ftp.hasAccounts)
    it('that the password is wrong', async () => {
      await using server = await ftp.start();
      const ended = await checkFtp(server, ...(await loginFlags(ftp, server, 'wrong-password')));
      expect(ended).toEqual(found('CRITICAL', 'auth-failed'));
      expect(ended.stdout).not.toContain('wrong-password');
    });

  it('that the file is missing', async () => {
    await using server = await ftp.start();
    const login = await loginFlags(ftp, server);
    expect(await checkFtp(server, ...login, '--file', 'absent.txt')).toEqual(found('CRITICAL', 'file-missing'));
  });

  it('that its folder may not be written', async () => {
    await using server = await ftp.start();
    const login = await loginFlags(ftp, server);
    expect(await checkFtp(server, ...login, '--upload', '.')).toEqual(found('CRITICAL', 'access-denied'));
  });

  it('that its disk is full', async () => {
    await using server = await ftp.start();
    await using _disk = await FullDisk.mount(join(server.place.root, 'incoming'));
    const login = await loginFlags(ftp, server);
    expect(await checkFtp(server, ...login, '--upload', 'incoming')).toEqual(found('CRITICAL', 'disk-full'));
  });

  it('that it has as many sessions as it wants', async () => {
    await using server = await ftp.start({ maxClients: 1 });
    await using _session = await openSession(ftp, server);
    const ended = await checkFtp(server, ...(await loginFlags(ftp, server)), ...file);
    expect(ended).toEqual(found('WARNING', 'overloaded'));
  });

  it('that PASV advertises another address', async () => {
    await using server = await ftp.start({ passiveAddress: '192.0.2.1' });
    const ended = await checkFtp(server, ...(await loginFlags(ftp, server)), ...file, '--pasv-address', 'control');
    expect(ended).toEqual(found('CRITICAL', 'pasv-address'));
    expect(ended.stdout).toContain('192.0.2.1');
  });

  it.each(['epsv', 'pasv'])('that %s gives a port outside the range', async (data) => {
    await using server = await ftp.start({ passivePorts: ports });
    const flags = [...(await loginFlags(ftp, server)), ...file, '--data', data, '--pasv-ports', '32000-32199'];
    expect(await checkFtp(server, ...flags)).toEqual(found('CRITICAL', 'pasv-port-range'));
  });

  it('that a firewall closes its data ports', async (context) => {
    needs(context, ...namespacePrograms);
    await using site = await Namespace.open();
    await using server = await ftp.start({ site, passivePorts: ports });
    const flags = [...(await loginFlags(ftp, server)), ...file, '-t', '2'];
    expect((await checkFtp(server, ...flags)).code).toBe(0);
    await site.drops('input', `tcp dport ${ports.join('-')}`);
    expect(await checkFtp(server, ...flags)).toEqual(found('CRITICAL', 'data-timeout'));
  });

  it('that a firewall keeps it from opening data connections', async (context) => {
    needs(context, ...namespacePrograms);
    await using site = await Namespace.open();
    await using server = await ftp.start({ site });
    const flags = [...(await loginFlags(ftp, server)), ...file, '--data', 'active', '-t', '2'];
    expect((await checkFtp(server, ...flags)).code).toBe(0);
    await site.drops('output', 'tcp flags & (syn | ack) == syn');
    expect(await checkFtp(server, ...flags)).toEqual(found('CRITICAL', 'active-no-connect'));
  });

  if (!ftp.usesPort20)
    it('that its data connections come from another port', async () => {
      await using server = await ftp.start();
      const flags = [...(await loginFlags(ftp, server)), ...file, '--data', 'active', '--active-source-port', '20'];
      expect(await checkFtp(server, ...flags)).toEqual(found('CRITICAL', 'active-source-port'));
    });

  it('that it wants TLS', async () => {
    await using server = await ftp.start(await withTls());
    expect(await checkFtp(server, ...(await loginFlags(ftp, server)), ...file)).toEqual(
      found('CRITICAL', 'tls-required'),
    );
  });

  it('that it has no TLS', async () => {
    await using server = await ftp.start();
    const flags = ['--tls', 'explicit', ...(await loginFlags(ftp, server)), ...file];
    expect(await checkFtp(server, ...flags)).toEqual(found('CRITICAL', 'tls-handshake'));
  });

  it.each([
    ['has expired', { notAfterMs: -hourMs }, [], 'CRITICAL', 'tls-verify', 'expired'],
    ['is for another name', { altNames: ['ftp.example'] }, [], 'CRITICAL', 'tls-verify', ''],
    ['expires in days', { notAfterMs: 5 * dayMs }, ['--certificate', '14,3'], 'WARNING', 'tls-expiring', ''],
    ['expires in hours', { notAfterMs: 5 * hourMs }, ['--certificate', '14,3'], 'CRITICAL', 'tls-expiring', ''],
  ] as const)('that its certificate %s', async (_what, certificate, more, status, code, says) => {
    await using server = await ftp.start(await withTls('explicit', certificate));
    const flags = [...tlsFlags('explicit', server), ...(await loginFlags(ftp, server)), ...file, ...more];
    const ended = await checkFtp(server, ...flags);
    expect(ended).toEqual(found(status, code));
    expect(ended.stdout).toContain(says);
  });

  it('that its certificate is signed by itself', async () => {
    await using server = await ftp.start(await withTls());
    const flags = ['--tls', 'explicit', ...(await loginFlags(ftp, server)), ...file];
    expect(await checkFtp(server, ...flags)).toEqual(found('CRITICAL', 'tls-verify'));
  });

  if (!ftp.resumes)
    it('that its data connections resume no session', async () => {
      await using server = await ftp.start(await withTls());
      const flags = [...tlsFlags('explicit', server), ...(await loginFlags(ftp, server)), ...file];
      expect(await checkFtp(server, ...flags, '--tls-reuse', 'require')).toEqual(found('CRITICAL', 'tls-no-reuse'));
    });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { atftpd, startAtftpd } from './atftpd.ts';
import { needs } from './debian-program.ts';
import { dnsmasq, startDnsmasq } from './dnsmasq.ts';
import { Namespace, namespacePrograms } from './namespace.ts';
import { checkTftp, tftpResult } from './tftp-programs.ts';
import { startTftpd, tftpd } from './tftpd.ts';

const files = { 'sentinel.txt': 'all is well\n', 'boot.img': 'x'.repeat(20_000) };

describe.each([
  ['in.tftpd', tftpd, startTftpd],
  ['atftpd', atftpd, startAtftpd],
  ['dnsmasq', dnsmasq, startDnsmasq],
] as const)('on a machine of its own %s', (_name, program, start) => {
  beforeEach((context) => needs(context, program, ...namespacePrograms));

  it('is read through a firewall that drops large packets, and such a path is found', async () => {
    await using site = await Namespace.open();
    await using server = await start(files, site);
    const lap = ['--file', 'boot.img', '--mtu-lap', '-t', '3'] as const;
    expect(await tftpResult(server, ...lap)).toMatchObject({ status: 'OK', facts: { options: ['blksize 1468'] } });

    await site.loses('meta length > 1400');
    expect(await checkTftp(server, ...lap)).toEqual({
      code: 2,
      stdout: expect.stringMatching(
        /^TFTP CRITICAL - boot.img: a block of 512 bytes comes from [\d.]+ port \d+, one of 1468 does not within 3 s \[mtu-blackhole\]\|/,
      ),
      stderr: '',
    });
    expect(await checkTftp(server, '--file', 'boot.img')).toMatchObject({ code: 0 });
  });

  it('is read though every fifth of its packets is lost', async () => {
    await using site = await Namespace.open();
    await using server = await start(files, site);
    await site.loses('ip protocol udp numgen inc mod 5 4');
    const result = await tftpResult(server, '--file', 'boot.img', '--blksize', '1428', '-t', '25');
    expect(result).toMatchObject({ status: 'OK', facts: { size: 20_000 } });
  });

  it('is silent where its answers are dropped, and dead at once where it is killed', async () => {
    await using site = await Namespace.open();
    await using server = await start(files, site);
    await site.loses(`udp sport != ${server.port}`);
    const silent = await checkTftp(server, '--file', 'sentinel.txt', '-t', '1');
    expect(silent).toMatchObject({ code: 2, stdout: expect.stringContaining('[timeout]') });

    await server.kill();
    const dead = await tftpResult(server, '--file', 'sentinel.txt');
    expect(dead).toMatchObject({ status: 'CRITICAL', code: 'refused' });
    // It need not have asked twice.
    expect(dead.facts).toMatchObject({ requests: 1 });
  });
});

describe('in.tftpd on a machine of its own', () => {
  beforeEach((context) => needs(context, tftpd, ...namespacePrograms));

  it('sends large blocks in fragments, and a path that drops those is found', async () => {
    await using site = await Namespace.open();
    await using server = await startTftpd(files, site);
    const lap = ['--file', 'boot.img', '--mtu-lap', '--blksize', '8192', '-t', '2'] as const;
    expect(await tftpResult(server, ...lap)).toMatchObject({ status: 'OK' });
    await site.loses('ip frag-off & 0x3fff != 0');
    expect(await tftpResult(server, ...lap)).toMatchObject({ status: 'CRITICAL', code: 'mtu-blackhole' });
  });
});

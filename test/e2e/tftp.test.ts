import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { tftp } from '../../checks/tftp/index.ts';
import { runCheck } from '../../src/checker/index.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { needs } from './debian-program.ts';
import { RealServer } from './real-server.ts';
import { loopback6 } from './site.ts';
import { checkTftp, licence, tftpPrograms, tftpResult } from './tftp-programs.ts';
import { startTftpd, tftpd } from './tftpd.ts';

const forty = 'all is well\n'.repeat(4_000).slice(0, 40_000);
const files = {
  'sentinel.txt': 'all is well\n',
  'forty.bin': forty,
  'full-block': forty.slice(0, 512),
  'lines.txt': 'one\ntwo\n',
  empty: '',
  'folder/inside.txt': 'inside\n',
};
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

describe.each(tftpPrograms)('check_tftp and $name', ({ needs: programs, start, grants, folder, unreadable }) => {
  beforeEach((context) => needs(context, ...programs));

  it('reads files of any size, by whatever they are checked', async () => {
    await using server = await start({ ...files, LICENSE: await licence() });
    const said = await Promise.all([
      checkTftp(server, '--file', 'sentinel.txt', '--content', 'is well', '--size', '12'),
      checkTftp(server, '--file', 'forty.bin', '--sha256', digest(forty)),
      checkTftp(server, '--file', 'full-block', '--size', '512'),
      checkTftp(server, '--file', 'folder/inside.txt', '--content-regex', '(?m)^in.*e$', '-w', '5', '-c', '9'),
      checkTftp(server, '--file', 'LICENSE', '--content', 'Permission is hereby granted'),
    ]);
    expect(said.map(({ code, stdout }) => [code, stdout.replace(/ in .*\n/, '')])).toEqual([
      [0, 'TFTP OK - 12 bytes of sentinel.txt'],
      [0, 'TFTP OK - 40000 bytes of forty.bin'],
      [0, 'TFTP OK - 512 bytes of full-block'],
      [0, 'TFTP OK - 7 bytes of folder/inside.txt'],
      [0, expect.stringMatching(/^TFTP OK - \d{4} bytes of LICENSE$/)],
    ]);
  });

  it('negotiates the options that it has', async () => {
    await using server = await start(files);
    const asked = ['--blksize', '1428', '--tsize', '--windowsize', '4', '--option-timeout', '1'];
    const file = ['--file', 'forty.bin', '--sha256', digest(forty)];
    const result = await tftpResult(server, ...file, ...asked);
    expect(result).toMatchObject({ status: 'OK', facts: { options: grants, newPort: true, duplicates: 0 } });
    const all = grants.length === 4;
    expect(await tftpResult(server, ...file, ...asked, '--require-options')).toMatchObject({
      code: all ? 'ok' : 'options-refused',
    });
  });

  it('ends after the first block, or with large ones after small ones', async () => {
    await using server = await start(files);
    const [first, lap] = await Promise.all([
      tftpResult(server, '--file', 'forty.bin', '--first-block', '--tsize', '--size', '40000'),
      tftpResult(server, '--file', 'forty.bin', '--mtu-lap', '--blksize', '8192'),
    ]);
    expect(first).toMatchObject({ status: 'OK', facts: { sha256: digest(forty.slice(0, 512)), size: 40_000 } });
    expect(lap).toMatchObject({ status: 'OK', facts: { size: 40_000, requests: 2 } });
  });

  it('says what is wrong with a file', async () => {
    await using server = await start(files);
    const said = await Promise.all([
      tftpResult(server, '--file', 'absent'),
      tftpResult(server, '--file', 'absent', '--expect-error', '1'),
      tftpResult(server, '--file', 'empty'),
      tftpResult(server, '--file', 'forty.bin', '--max-bytes', '9999'),
      tftpResult(server, '--file', 'sentinel.txt', '--content', 'on fire'),
    ]);
    expect(said.map(({ status, code }) => `${status} ${code}`)).toEqual([
      'CRITICAL file-missing',
      'OK ok',
      'CRITICAL size-mismatch',
      'CRITICAL size-mismatch',
      'CRITICAL content-mismatch',
    ]);
  });

  it('goes on after block 65535', { timeout: 120_000 }, async () => {
    const long = 'moo moo '.repeat(66_000);
    await using server = await start({ long });
    const { host, port } = server;
    const options = { file: 'long', blksize: 8, sha256: digest(long) };
    // In this process: 66,000 blocks may take longer than a command is given.
    const outcome = await runCheck(
      { checker: tftp, target: { host, port }, options },
      { timeoutMs: 100_000, clock: systemClock },
    );
    expect(outcome).toMatchObject({ status: 'OK', facts: { size: 528_000 } });
  });

  if (folder !== undefined)
    it('tells a folder, and what may not be read, from a file', async () => {
      await using server = await start(files);
      expect(await tftpResult(server, '--file', 'folder')).toMatchObject({ status: 'CRITICAL', code: folder });
      if (server instanceof RealServer) await chmod(join(server.place.root, 'sentinel.txt'), 0o600);
      const kept = await tftpResult(server, '--file', 'sentinel.txt');
      expect(kept).toMatchObject({ status: 'CRITICAL', code: unreadable });
    });
});

describe('check_tftp and in.tftpd', () => {
  beforeEach((context) => needs(context, tftpd));

  it('speak over IPv6', async () => {
    await using server = await startTftpd(files, loopback6);
    expect(await checkTftp(server, '--file', 'forty.bin', '--source', '::1')).toMatchObject({ code: 0 });
  });

  it('count bytes as they are on the disk, in netascii too', async () => {
    await using server = await startTftpd(files);
    const result = await tftpResult(server, '--file', 'lines.txt', '--mode', 'netascii', '--content', 'one\ntwo');
    expect(result).toMatchObject({ status: 'OK', facts: { size: 8 } });
  });
});

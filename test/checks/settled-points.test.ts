import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../checks/ftp/index.ts';
import { ssh } from '../../checks/ssh/index.ts';
import { tftp } from '../../checks/tftp/index.ts';
import { createFtpServer, createSshServer, createTftpServer } from '../../src/testkit/index.ts';
import { itInFolder } from '../temporary-folder.ts';
import { serveFtp } from './ftp/scripted-ftp.ts';
import { runCommand } from './run-command.ts';
import { openRawServer } from './ssh/raw-server.ts';
import { data, openUdpPeer } from './tftp/udp-peer.ts';

const commands = [
  { name: 'check_ftp', checker: ftp, startServer: () => createFtpServer() },
  { name: 'check_tftp', checker: tftp, startServer: () => createTftpServer({ files: { 'farm-guardian.txt': 'moo' } }) },
  { name: 'check_ssh', checker: ssh, startServer: () => createSshServer() },
] as const;

describe.each(commands)('$name', ({ name, checker, startServer }) => {
  it.each(['0', '-1', '', '1.5', 'soon'])('refuses the time limit "%s"', async (time) => {
    const { exitCode, stdout } = await runCommand(checker, '-t', time, '-H', '127.0.0.1');
    expect(exitCode).toBe(3);
    expect(stdout.startsWith(`${name}: Timeout interval must be a positive integer`)).toBe(true);
  });

  it('takes a time limit that no timer holds', async () => {
    await using server = await startServer();
    const argv = ['-t', '99999999999999', '-H', server.host, '-p', server.port];
    expect(await runCommand(checker, ...argv)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('says the code of a refusal before the perfdata, and ends its line', async () => {
    const server = await startServer();
    await server.close();
    const { exitCode, stdout } = await runCommand(checker, '--reason-code', '-H', server.host, '-p', server.port);
    expect(stdout).toMatch(/^[^|]* \[refused\](\|[^|]*)?\n$/);
    expect(exitCode).toBe(2);
  });

  it('connects from no address that is not ours, and takes that for no fault of the server', async () => {
    await using server = await startServer();
    const argv = ['--reason-code', '--source', '192.0.2.1', '-H', server.host, '-p', server.port];
    const { exitCode, stdout } = await runCommand(checker, ...argv);
    expect(stdout).toMatch(/Cannot assign requested address \[local-fault\]\n$/);
    expect(exitCode).toBe(3);
  });

  it('refuses a source that is no address, or one of another family', async () => {
    const run = (source: string) => runCommand(checker, '--source', source, '-H', '127.0.0.1');
    expect((await run('eth0')).stdout).toContain(`${name}: --source must be an IP address, not "eth0"\nUsage:\n`);
    expect(await run('::1')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('"::1" is no IPv4 address\n'),
    });
  });

  it('exits as the classic one does for a host that does not resolve', async () => {
    const { exitCode, stdout } = await runCommand(checker, '--reason-code', '-6', '-H', '127.0.0.1');
    expect(stdout).toMatch(name === 'check_ssh' ? /\[local-fault\]\nUsage:/ : /\[dns\]\n$/);
    expect(exitCode).toBe(name === 'check_ftp' ? 2 : 3);
  });
});

describe('--source is where the server sees the check come from:', () => {
  it.each([
    ['check_ftp', ftp, '220 ready\r\n'],
    ['check_ssh', ssh, 'SSH-2.0-moo\r\n'],
  ] as const)('%s', async (_, checker, greeting) => {
    const seen: (string | undefined)[] = [];
    await using server = await openRawServer((socket) => {
      seen.push(socket.remoteAddress);
      socket.end(greeting);
    });
    const argv = ['--source', '127.0.0.2', '-H', '127.0.0.1', '-p', server.port];
    expect(await runCommand(checker, ...argv)).toMatchObject({ exitCode: 0 });
    expect(seen).toEqual(['127.0.0.2']);
  });

  it('check_ftp, its data connection included', async () => {
    const seen: (string | undefined)[] = [];
    await using server = await serveFtp({
      RETR: async (control, opened) => {
        const data = await opened;
        seen.push(control.remoteAddress, data.remoteAddress);
        control.write('150 here it comes\r\n');
        data.end('OK\n');
        control.write('226 done\r\n');
      },
    });
    const argv = ['--source', '127.0.0.2', '--file', 'x', '-H', '127.0.0.1', '-p', server.port];
    expect(await runCommand(ftp, ...argv)).toMatchObject({ exitCode: 0 });
    expect(seen).toEqual(['127.0.0.2', '127.0.0.2']);
  });

  it('check_tftp', async () => {
    await using server = await openUdpPeer();
    const run = runCommand(tftp, '--source', '127.0.0.2', '-H', '127.0.0.1', '-p', server.port);
    const { from } = await server.next();
    expect(from.address).toBe('127.0.0.2');
    await server.send(data(1, 'moo'), from);
    expect((await run).exitCode).toBe(0);
  });
});

describe.each([
  ['FTP', ftp, ['--user', 'u', '--password-file']],
  ['FTP', ftp, ['--tls', 'explicit', '--tls-ca']],
  ['SSH', ssh, ['--user', 'u', '--host-key', 'any', '--password-file']],
  ['SSH', ssh, ['--user', 'u', '--host-key', 'any', '--key']],
] as const)('%s', (service, checker, flags) => {
  itInFolder.for(['none', '', 'fifo', '/dev/zero'])(
    `exits 3 at once where ${flags.at(-1)} is "%s"`,
    async (file, { folder }) => {
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      await using server = await (checker === ftp ? createFtpServer() : createSshServer());
      const path = file.startsWith('/') ? file : join(folder, file);
      const argv = [...flags, path, '-H', server.host, '-p', server.port];
      const { exitCode, stdout } = await runCommand(checker, '--reason-code', ...argv);
      expect(stdout).toMatch(new RegExp(`^${service} UNKNOWN - [^\\n]*${path}[^\\n]* \\[local-fault\\]\n$`));
      expect(exitCode).toBe(3);
    },
  );
});

describe('whatever a server says,', () => {
  const hostile = Buffer.concat([
    Buffer.from('220 |=;\u001b[31m\u0000\u202e'),
    Buffer.from([0xff, 0xc3]),
    Buffer.alloc(60_000, '|é\u0007'),
    Buffer.from('\r\n'),
  ]);

  it.each([
    ['check_ftp', ftp],
    ['check_ssh', ssh],
  ] as const)('%s prints less than 4 KiB of valid UTF-8 on one line, with one | at most', async (_, checker) => {
    await using server = await openRawServer((socket) => socket.end(hostile));
    const { stdout } = await runCommand(checker, '--reason-code', '-H', '127.0.0.1', '-p', server.port);
    expect(Buffer.byteLength(stdout)).toBeLessThan(4_096);
    expect(stdout.isWellFormed()).toBe(true);
    expect(stdout.split('|').length).toBeLessThanOrEqual(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).toMatch(/^[^\n]*\n$/);
  });

  it('check_ssh ends its line with the reason code of an answer that is not SSH', async () => {
    await using server = await openRawServer((socket) => socket.end('220 I am FTP\r\n'));
    const run = (...flags: string[]) => runCommand(ssh, ...flags, '-H', '127.0.0.1', '-p', server.port);
    expect((await run()).stdout).toBe('Server answer: 220 I am FTP\r\n');
    expect((await run('--reason-code')).stdout).toBe('Server answer: 220 I am FTP [banner-mismatch]\n');
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createFtpServer } from '../../src/testkit/index.ts';
import { binPath } from '../bin-path.ts';

const command = binPath('check_ftp');

/** Starts the built command. */
const start = (...argv: string[]) => {
  const child = spawn(process.execPath, [command, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number, ...output }));
  return { child, ended };
};

describe('the built check_ftp', () => {
  it('checks a greeting', async () => {
    await using server = await createFtpServer({ banner: 'Farm FTP ready' });
    const { exitCode, stdout, stderr } = await start('-H', '127.0.0.1', '-p', String(server.port)).ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /^FTP OK - \d\.\d{3} second response time on 127\.0\.0\.1 port \d+ \[220 Farm FTP ready\]\|time=.*\n$/,
    );
  });

  it('reads a file, with basic-ftp loaded from the installation', async () => {
    await using server = await createFtpServer({ files: { '/sentinel.txt': 'OK\n' } });
    const argv = ['-H', '127.0.0.1', '-p', String(server.port), '--file', 'sentinel.txt', '--content', 'OK'];
    const { exitCode, stdout } = await start(...argv).ended;
    expect(stdout).toMatch(/^FTP OK - 3 bytes of sentinel\.txt in \d\.\d{3}s \(EPSV\)\|time=.* size=3B\n$/);
    expect(exitCode).toBe(0);
  });

  it('exits 2 on a refused connection', async () => {
    const server = await createFtpServer();
    await server.close();
    const { exitCode, stdout } = await start('-H', '127.0.0.1', '-p', String(server.port)).ended;
    expect(stdout).toBe(`connect to address 127.0.0.1 and port ${server.port}: Connection refused\n`);
    expect(exitCode).toBe(2);
  });

  it.each([
    [['-V'], /^check_ftp v\d+\.\d+\.\d+ \(farm-guardian \d+\.\d+\.\d+\)\n$/, /^$/],
    [['-h'], /^check_ftp v.*\nOptions:\n.*--password-file <FILE>/s, /^$/],
    [[], /^check_ftp: No arguments found\nUsage:\n/, /^$/],
    [['-p', '0'], /^check_ftp: Port must be a positive integer\nUsage:\n/, /^$/],
    [['-Z'], /^Usage:\n/, /^check_ftp: invalid option -- 'Z'\n$/],
  ])('exits 3 for %j', async (argv, stdout, stderr) => {
    const run = await start(...argv).ended;
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toMatch(stdout);
    expect(run.stderr).toMatch(stderr);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s with one line and exit code 3', async (signal) => {
    await using server = await createFtpServer();
    await server.inject('silence');
    const { child, ended } = start('-H', '127.0.0.1', '-p', String(server.port), '-s', 'HELLO\n');
    await server.received('HELLO');
    child.kill(signal);
    expect(await ended).toEqual({
      exitCode: 3,
      stdout: 'FTP UNKNOWN - ended by a signal before there was a verdict\n',
      stderr: '',
    });
  });

  it('does not mind a reader that has gone', async () => {
    let peer: Socket | undefined;
    const server = createServer((socket) => {
      peer = socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { child, ended } = start('-H', '127.0.0.1', '-p', String(port));
    await once(server, 'connection');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    peer?.end('220 ready\r\n');
    expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
    server.close();
  });
});

import { describe, expect, it } from 'vitest';
import { createTftpServer } from '../../src/testkit/index.ts';
import { runBin } from './run-bin.ts';

describe('the built check_tftp', () => {
  it('reads the sentinel file', async () => {
    await using server = await createTftpServer({ files: { 'farm-guardian.txt': 'cows' } });
    expect(await runBin('check_tftp', ['-H', server.host, '-p', server.port])).toEqual({
      stdout: 'TFTP OK - 4 bytes of farm-guardian.txt in Ts|time=Ts;;;0;10 size=4B\n',
      stderr: '',
      exitCode: 0,
    });
  });

  it('notices a closed port', async () => {
    await using server = await createTftpServer();
    await server.inject('refuse');
    expect(await runBin('check_tftp', ['-H', server.host, '-p', server.port])).toEqual({
      stdout: `TFTP CRITICAL - 127.0.0.1 port ${server.port}: Connection refused\n`,
      stderr: '',
      exitCode: 2,
    });
  });

  it('asks for a host', async () => {
    const { stdout, exitCode } = await runBin('check_tftp', []);
    expect(stdout).toMatch(/^check_tftp: .*\nUsage:\ncheck_tftp /);
    expect(exitCode).toBe(3);
  });
});

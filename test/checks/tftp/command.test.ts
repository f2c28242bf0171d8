import { describe, expect, it } from 'vitest';
import { tftp } from '../../../checks/tftp/index.ts';
import { createTftpServer } from '../../../src/testkit/index.ts';
import { runCommand } from '../run-command.ts';

const startServer = () => createTftpServer({ files: { 'farm-guardian.txt': 'cows', herd: 'pigs' } });

describe('check_tftp', () => {
  it.each([
    ['-H HOST -p PORT', 'TFTP OK - 4 bytes of farm-guardian.txt in Ts|time=Ts;;;0;10 size=4B\n', 0],
    ['HOST -p PORT -t 5', 'TFTP OK - 4 bytes of farm-guardian.txt in Ts|time=Ts;;;0;5 size=4B\n', 0],
    ['-f herd -w 5 -c 1:9 -p PORT HOST', expect.stringMatching(/^TFTP CRITICAL - .*;5;1:9;0;10 size=4B\n$/), 2],
    ['-f absent -H HOST -p PORT', expect.stringMatching(/^TFTP CRITICAL - absent: ERROR 1 /), 2],
    [
      '--file absent --expect-error 1 -H HOST -p PORT',
      expect.stringMatching(/^TFTP OK - absent: ERROR 1 .* in Ts\|time=Ts;;;0;10\n$/),
      0,
    ],
    [
      '--content moo --reason-code -H HOST -p PORT',
      expect.stringMatching(/without the expected "moo" \[content-mismatch\]\|time=/),
      2,
    ],
  ])('for %s', async (words, stdout, exitCode) => {
    await using server = await startServer();
    const argv = words.replace('HOST', server.host).replace('PORT', String(server.port)).split(' ');
    expect(await runCommand(tftp, ...argv)).toEqual({ stdout, stderr: '', exitCode });
  });

  it('prints one line, whatever it was told to look for', async () => {
    await using server = await startServer();
    const { stdout } = await runCommand(tftp, '--content', 'moo\n\tmoo', '-H', server.host, '-p', server.port);
    expect(stdout).toMatch(/^TFTP CRITICAL - 4 bytes of .*, without the expected "moo {2}moo"\|time=.*\n$/);
  });

  it('notices a closed port at once', async () => {
    await using server = await startServer();
    await server.inject('refuse');
    const stdout = `TFTP CRITICAL - 127.0.0.1 port ${server.port}: Connection refused\n`;
    expect(await runCommand(tftp, '-H', server.host, '-p', server.port)).toEqual({ stdout, stderr: '', exitCode: 2 });
  });

  it.each([
    ['-H a..b', /^TFTP UNKNOWN - a\.\.b: Name or service not known\n$/],
    ['-H a..\nb', /^TFTP UNKNOWN - a\.\. b: Name or service not known\n$/],
    ['-H 127.0.0.1 --expect-error 1 --size 3', /^check_tftp: --expect-error goes without size: no file is expected/],
    ['-f x', /^check_tftp: No host/],
    ['-H 127.0.0.1 -p 21a', /^check_tftp: Port must be a whole number from 1 to 65535, not "21a"\n/],
    ['-H 127.0.0.1 -p ', /^check_tftp: Port must be a whole number from 1 to 65535, not ""\n/],
    ['-H 127.0.0.1 -t 0', /^check_tftp: Timeout interval must be a positive integer, not "0"\n/],
    ['-H 127.0.0.1 --size 9 --max-bytes 5', /^check_tftp: --size must not exceed --max-bytes\n/],
  ])('is UNKNOWN when it is called wrongly: %s', async (words, stdout) => {
    const printed = await runCommand(tftp, ...words.split(' '));
    expect(printed).toEqual({ stdout: expect.stringMatching(stdout), stderr: '', exitCode: 3 });
  });
});

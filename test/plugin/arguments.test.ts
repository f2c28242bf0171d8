import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AnyChecker, defineChecker, result } from '../../src/checker/index.ts';
import { deferred } from '../../src/checker/options.ts';
import { echoChecker } from './echo-checker.ts';
import { echo, told } from './echo-command.ts';
import { runCommand } from './run-command.ts';

describe('a command gives its checker', () => {
  it.each<[string, string[], object]>([
    ['defaults', ['a'], { host: 'a', port: 7, timeoutMs: 10_000 }],
    ['a port and a time', ['-p', '70', '-t', '3', 'a'], { host: 'a', port: 70, timeoutMs: 3_000 }],
    ['numbers with blanks around them', ['-p', ' 70 ', 'a'], { host: 'a', port: 70, timeoutMs: 10_000 }],
    [
      'a time longer than any timer',
      ['-t', '99999999999999', 'a'],
      { host: 'a', port: 7, timeoutMs: 2_147_483_647_000 },
    ],
    ['the last of several', ['-H', 'a', '-p', '1', '-H', 'b', '-p', '2'], { host: 'b', port: 2, timeoutMs: 10_000 }],
    ['a family', ['-4', '-6', 'a'], { host: 'a', port: 7, family: 6, timeoutMs: 10_000 }],
    [
      'a source',
      ['--source', '10.0.0.1', '-4', '::1'],
      { host: '::1', port: 7, family: 4, source: '10.0.0.1', timeoutMs: 10_000 },
    ],
    ['operands in order', ['a', '70', 'more'], { host: 'a', port: 70, timeoutMs: 10_000 }],
    ['a port operand behind -H', ['-H', 'a', '70'], { host: 'a', port: 70, timeoutMs: 10_000 }],
    [
      'no operand where flags have said it all',
      ['-H', 'a', '-p', '1', 'b', ''],
      { host: 'a', port: 1, timeoutMs: 10_000 },
    ],
    ['a lone --', ['a', '70', '--'], { host: 'a', port: 70, timeoutMs: 10_000 }],
    ['switches', ['-j', 'a'], { host: 'a', port: 7, jail: true, timeoutMs: 10_000 }],
    ['lists', ['-e', 'x', '-e', '', 'a'], { host: 'a', port: 7, expect: ['x', ''], timeoutMs: 10_000 }],
    [
      'integers',
      ['-m', '5', '--max-bytes', '6', 'a'],
      { host: 'a', port: 7, maxbytes: 5, maxBytes: 6, timeoutMs: 10_000 },
    ],
    ['ranges', ['-w', '1:5', 'a'], { host: 'a', port: 7, warning: '1:5', timeoutMs: 10_000 }],
    ['durations', ['--idle', '2s', 'a'], { host: 'a', port: 7, idle: 2_000, timeoutMs: 10_000 }],
    [
      'words of a choice',
      ['-M', 'crit', '--mode', 'octet', 'a'],
      { host: 'a', port: 7, mismatch: 'crit', mode: 'octet', timeoutMs: 10_000 },
    ],
    [
      'classic words by their beginning',
      ['-M', 'critical', 'a'],
      { host: 'a', port: 7, mismatch: 'crit', timeoutMs: 10_000 },
    ],
    [
      'a secret that nothing can show',
      ['--user', 'u', '--password-file', '/etc/pw', 'a'],
      { host: 'a', port: 7, user: 'u', password: '***', timeoutMs: 10_000 },
    ],
  ])('%s', async (_, argv, expected) => {
    expect(await told(argv)).toEqual(expected);
  });

  it('a secret from the file or the variable that a flag names', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'plugin-')), 'pw');
    await writeFile(file, 'from-file\n');
    process.env['ECHO_PASSWORD'] = 'from-env';
    const revealing = defineChecker({
      ...echo,
      check: async (_target, { password }) =>
        result({ status: 'OK', code: 'ok', summary: `${await password?.reveal()}` }),
    });
    const run = (...argv: string[]) => runCommand(revealing, ['-H', 'a', '--user', 'u', ...argv]);
    expect((await run('--password-file', file)).stdout).toBe('ECHO OK - from-file\n');
    expect((await run('--password-env', 'ECHO_PASSWORD')).stdout).toBe('ECHO OK - from-env\n');
    delete process.env['ECHO_PASSWORD'];
  });

  it('the default host, the label and the options that its face makes of the classic ones', async () => {
    const checker = echoChecker({
      defaultHost: 'here',
      label: ({ port, named }) => (named ? undefined : `port ${port}`),
      fromClassic: (given, keys) => ({ ...given, user: keys.join('+') }),
    });
    expect(await told(['-j', '-w', '1', '-p', '2'], checker)).toMatchObject({
      host: 'here',
      label: 'port 2',
      user: 'jail+warning',
    });
    expect(await told(['-H', 'a'], checker)).not.toHaveProperty('label');
  });

  it('a host in front of its options, where words too many are refused, and empty ones are none', async () => {
    const checker = echoChecker({ operands: ['host'], hostFirst: true, strictOperands: true });
    expect(await told(['a', '-j', ''], checker)).toMatchObject({ host: 'a', jail: true });
  });

  it('nothing of an option that the classic plugin ignores', async () => {
    const checker = echoChecker({ ignored: [{ long: 'protocol' }, { long: 'critical-codes', short: 'C' }] });
    expect(await told(['--protocol', 'tcp', '-C', '1', 'a'], checker)).toEqual({
      host: 'a',
      port: 7,
      timeoutMs: 10_000,
    });
    expect((await runCommand(checker, ['-h'])).stdout).not.toContain('protocol');
  });
});

describe('wrong arguments exit 3 with', () => {
  const usage = 'Usage:\ncheck_echo -H host\n';
  it.each<[string, string[], string]>([
    ['no arguments', [], 'No arguments found'],
    ['no host', ['-v'], 'No host: name it with -H'],
    ['port 65536', ['-p', ' 65536 ', 'a'], 'Port must be at most 65535, not 65536'],
    ...['0', '-1', '99999999999', '21x', '1.5', '', '1-2'].map((port): [string, string[], string] => [
      `port "${port}"`,
      ['-p', port, 'a'],
      'Port must be a positive integer',
    ]),
    ...['0', '-1', '1.5', '', 'abc'].map((time): [string, string[], string] => [
      `timeout "${time}"`,
      ['-t', time, 'a'],
      'Timeout interval must be a positive integer',
    ]),
    ['a classic number', ['-m', '0', 'a'], 'Maxbytes must be a positive integer'],
    ['a classic word', ['-M', 'bad', 'a'], 'Mismatch must be one of ok, warn, crit'],
    ['a number', ['--max-bytes', 'x', 'a'], '--max-bytes must be a whole number from 1 on, not "x"'],
    ['a word', ['--mode', 'mail', 'a'], '--mode must be one of octet, netascii, not "mail"'],
    ['an empty word', ['--mode', '', 'a'], '--mode must be one of octet, netascii'],
    ['a duration', ['--idle', '2', 'a'], '--idle must be a duration such as 250ms, 5s, 2m or 1h, not "2"'],
    ['a range', ['-w', '5:1', 'a'], '--warning "5:1" is not a range: the start is greater than the end'],
    ['a source that is a name', ['--source', 'eth0', 'a'], '--source must be an IP address, not "eth0"'],
    ['an empty source', ['--source', '', 'a'], '--source must be an IP address'],
    [
      'a source of another family than the host',
      ['--source', '10.0.0.1', '-H', '::1'],
      '--source "10.0.0.1" is no IPv6 address',
    ],
    ['a source of another family than asked for', ['--source', '::1', '-4', 'a'], '--source "::1" is no IPv4 address'],
    [
      'a source for a unix socket',
      ['--source', '::1', '-H', '/run/ftp.sock'],
      '--source is of no use with a unix socket',
    ],
    [
      'a long option behind the host',
      ['-p', '1', 'a', '--user', 'u'],
      "'--user' has no effect there: options go in front of the host",
    ],
    [
      'a long option behind all operands',
      ['a', '70', '', 'more', '--user=u'],
      "'--user=u' has no effect there: options go in front of the host",
    ],
    ['an empty secret', ['--user', 'u', '--password-file', '', 'a'], '--password-file must not be empty'],
    ['a rule between options', ['--password-env', 'PW', 'a'], '--password needs user'],
    [
      'control characters in the offending word',
      ['--mode', 'a\u001b[31m|\n', 'a'],
      '--mode must be one of octet, netascii, not "a [31m  "',
    ],
    ['the first mistake', ['-p', '0', '-t', '0', '-Z', 'a'], 'Port must be a positive integer'],
  ])('%s', async (_, argv, complaint) => {
    expect(await runCommand(echo, argv)).toEqual({
      exitCode: 3,
      stdout: `check_echo: ${complaint}\n${usage}`,
      stderr: '',
    });
  });

  it.each<[string[], string]>([
    [['-H', 'a', '-Z'], "invalid option -- 'Z'"],
    [['-H', 'a', '--moo'], "unrecognized option '--moo'"],
    [['-H', 'a', '--extraopts'], "unrecognized option '--extraopts'; did you mean '--extra-opts'?"],
    [['a', '-p'], "'-p' is not a port"],
    [['--extra', 'a'], '--extra-opts must be spelt out, and stand on the command line'],
  ])("getopt's words on stderr for %j", async (argv, complaint) => {
    expect(await runCommand(echo, argv)).toEqual({ exitCode: 3, stdout: usage, stderr: `check_echo: ${complaint}\n` });
  });

  it.each<[string[], string]>([
    [['-p', '70', 'a', '-j'], '-j'],
    [['-H', 'a', 'b'], 'b'],
    [['a', '-j', 'b'], 'b'],
    [['a', '-H', 'b'], 'a'],
  ])('any word too many where no original ignores it: %j', async (argv, word) => {
    const checker = echoChecker({ operands: ['host'], hostFirst: true, strictOperands: true });
    const { exitCode, stdout } = await runCommand(checker, argv);
    expect(exitCode).toBe(3);
    expect(stdout).toBe(`check_echo: '${word}' is one word too many: options go in front of the host\n${usage}`);
  });

  it("the face's own words", async () => {
    const checker = echoChecker({
      complaints: {
        port: (given) => `Port number must be a positive integer - ${given}`,
        noHost: 'Could not parse arguments',
      },
    });
    expect((await runCommand(checker, ['-p', '0'])).stdout).toMatch(
      /^check_echo: Port number must be a positive integer - 0\n/,
    );
    expect((await runCommand(checker, ['-v'])).stdout).toMatch(/^check_echo: Could not parse arguments\n/);
  });
});

it('a plain check makes no schema', async () => {
  const checker = {
    ...echoChecker({ plain: { user: 'nobody' } }),
    options: deferred((): AnyChecker['options'] => {
      throw new Error('the schema is made');
    }),
  };
  const { stdout } = await runCommand(checker, ['-H', 'a', '--port=70', '-t', '3', '-v', '-4']);
  expect(stdout).toContain('"user":"nobody"');
  expect((await runCommand(checker, ['-w', '1', 'a'])).stdout).toContain('the schema is made');
});

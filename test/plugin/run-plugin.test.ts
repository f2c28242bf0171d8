import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CheckResult, defineChecker, packageVersion, Range, result } from '../../src/checker/index.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { echoChecker } from './echo-checker.ts';
import { runCommand } from './run-command.ts';

const echo = echoChecker();

/** What the checker was given. */
const told = async (argv: readonly string[], checker = echo): Promise<unknown> => {
  const { stdout, exitCode } = await runCommand(checker, argv);
  expect(exitCode, stdout).toBe(0);
  return JSON.parse(/^ECHO OK - (.*)$/m.exec(stdout)?.[1] ?? '');
};

/** A checker that gives one result, whatever it is asked. */
const giving = (outcome: CheckResult, changes: Parameters<typeof echoChecker>[0] = {}) =>
  defineChecker({ ...echoChecker(changes), check: async () => outcome });

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
    ['operands in order', ['a', '70', 'more'], { host: 'a', port: 70, timeoutMs: 10_000 }],
    ['a port operand behind -H', ['-H', 'a', '70'], { host: 'a', port: 70, timeoutMs: 10_000 }],
    [
      'no operand where flags have said it all',
      ['-H', 'a', '-p', '1', 'b', ''],
      { host: 'a', port: 1, timeoutMs: 10_000 },
    ],
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
    ...['0', '-1', '65536', '99999999999', '21x', '1.5', '', '1-2'].map((port): [string, string[], string] => [
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
    [['-H', 'a', '--extra-opts'], "unrecognized option '--extra-opts'"],
    [['a', '-p'], "'-p' is not a port"],
  ])("getopt's words on stderr for %j", async (argv, complaint) => {
    expect(await runCommand(echo, argv)).toEqual({ exitCode: 3, stdout: usage, stderr: `check_echo: ${complaint}\n` });
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

describe('a command prints', () => {
  const title = `check_echo v${packageVersion} (farm-guardian ${packageVersion})`;

  it.each([[['-V']], [['--version']], [['-H', 'a', '-V', '-p', '0']], [['-VZ']]])(
    'its version for %j',
    async (argv) => {
      expect(await runCommand(echo, argv)).toEqual({ exitCode: 3, stdout: `${title}\n`, stderr: '' });
    },
  );

  it('its help, with a row for every flag', async () => {
    const { exitCode, stdout } = await runCommand(echo, ['-H', 'a', '-h', '-Z']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      new RegExp(
        `^${title.replace(/[().]/g, '\\$&')}\n\nSays what it was told\\.\n\nUsage:\ncheck_echo -H host\n\nOptions:\n`,
      ),
    );
    for (const row of [
      '-H, --hostname <ADDRESS>',
      '-e, --expect <TEXT>',
      '-M, --mismatch <ok|warn|crit>',
      '    --password-file <FILE>',
      '    --password-env <VAR>',
      '    --max-bytes <N>',
      '    --reason-code',
    ])
      expect(stdout).toContain(`  ${row}  `);
  });

  it.each<[CheckResult['status'], number]>([
    ['OK', 0],
    ['WARNING', 1],
    ['CRITICAL', 2],
    ['UNKNOWN', 3],
  ])('a line and exits with its status %s', async (status, exitCode) => {
    const metrics = [
      { label: 'time', value: 0.5, unit: 's', warning: Range.parse('1'), min: 0 },
      { label: 'size', value: 3, unit: 'B' },
    ] as const;
    const outcome = result({ status, code: 'refused', summary: 'so it is', metrics });
    expect(await runCommand(giving(outcome), ['a'])).toEqual({
      exitCode,
      stdout: `ECHO ${status} - so it is|time=0.500000s;1;;0 size=3B\n`,
      stderr: '',
    });
  });

  it('the classic line of a result, and perfdata behind the separator of its face', async () => {
    const outcome = result({
      status: 'CRITICAL',
      code: 'refused',
      summary: 's',
      line: 'connect to address a',
      metrics: [{ label: 'n', value: 1, unit: '' }],
    });
    expect((await runCommand(giving(outcome, { separator: ' | ' }), ['a'])).stdout).toBe(
      'connect to address a | n=1\n',
    );
  });

  it('the reason code of a line that is not OK, before the perfdata', async () => {
    const parts = { code: 'refused', summary: 'so', metrics: [{ label: 'n', value: 1, unit: '' }] } as const;
    const run = (status: CheckResult['status']) =>
      runCommand(giving(result({ ...parts, status })), ['a', '70', '--reason-code']);
    const first = (status: CheckResult['status']) =>
      runCommand(giving(result({ ...parts, status })), ['--reason-code', 'a']);
    expect((await first('CRITICAL')).stdout).toBe('ECHO CRITICAL - so [refused]|n=1\n');
    expect((await first('OK')).stdout).toBe('ECHO OK - so|n=1\n');
    expect((await run('CRITICAL')).stdout).toBe('ECHO CRITICAL - so|n=1\n');
  });

  it("its face's wording of a result", async () => {
    const outcome = result({ status: 'UNKNOWN', code: 'dns', summary: 'no such host' });
    const wording = ({ code }: CheckResult, { host, named }: { host: string; named: boolean }) =>
      code === 'dns' ? ({ line: `bad host ${host} ${named}`, exitCode: 2, usage: true } as const) : undefined;
    const checker = giving(outcome, { wording });
    expect(await runCommand(checker, ['-H', 'x|y'])).toEqual({
      exitCode: 2,
      stdout: 'bad host x y true\nUsage:\ncheck_echo -H host\n',
      stderr: '',
    });
    expect((await runCommand(checker, ['--reason-code', 'x'])).stdout).toBe(
      'bad host x false [dns]\nUsage:\ncheck_echo -H host\n',
    );
  });

  it('no line end where the classic plugin has none', async () => {
    const outcome = result({ status: 'CRITICAL', code: 'banner-mismatch', summary: 's', line: 'Server answer: x\r\n' });
    const checker = giving(outcome, { wording: () => ({ lineEnd: '' }) });
    expect((await runCommand(checker, ['a'])).stdout).toBe('Server answer: x\r\n');
    expect((await runCommand(checker, ['--reason-code', 'a'])).stdout).toBe('Server answer: x [banner-mismatch]');
  });

  it('the whole result as one line of JSON, details on stderr', async () => {
    const { exitCode, stdout, stderr } = await runCommand(echo, ['--json', '-v', 'a']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'details\n' });
    expect(stdout.match(/\n/g)).toHaveLength(1);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['status', 'code', 'summary', 'steps', 'metrics', 'facts']);
  });

  it('details before the line with -v', async () => {
    expect((await runCommand(echo, ['-v', 'a'])).stdout).toMatch(/^details\nECHO OK - /);
  });

  it('less than 4 KiB of whatever a server says, on one line with one |', async () => {
    const summary = `${'a|b\u0007'.repeat(5_000)}`;
    const metrics = [{ label: 'n', value: 1, unit: '' }] as const;
    const { stdout } = await runCommand(giving(result({ status: 'OK', code: 'ok', summary, metrics })), ['a']);
    expect(Buffer.byteLength(stdout)).toBeLessThan(4_096);
    expect(stdout.match(/\|/g)).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
    expect(stdout.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('a command is guarded:', () => {
  it('a checker that throws is one UNKNOWN line', async () => {
    const broken = defineChecker({
      ...echo,
      check: async () => {
        throw new TypeError('x is\nnot | a function');
      },
    });
    expect(await runCommand(broken, ['a'])).toEqual({
      exitCode: 3,
      stdout: 'ECHO UNKNOWN - internal error in checker echo: TypeError: x is not   a function\n',
      stderr: '',
    });
  });

  it('so is a face that throws', async () => {
    const broken = echoChecker({
      wording: () => {
        throw new Error('oops');
      },
    });
    expect(await runCommand(broken, ['a'])).toEqual({
      exitCode: 3,
      stdout: 'ECHO UNKNOWN - internal error: oops\n',
      stderr: '',
    });
  });

  it('a signal ends a check that hangs, with one line', async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const hanging = defineChecker({
      ...echo,
      check: (_target, _options, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          abort.abort();
        }),
    });
    expect(await runCommand(hanging, ['a'], { clock, signal: abort.signal })).toEqual({
      exitCode: 3,
      stdout: 'ECHO UNKNOWN - ended by a signal before there was a verdict\n',
      stderr: '',
    });
    expect(clock.timers).toBe(0);
  });

  it('a checker without a face is refused', async () => {
    const { command: _, ...faceless } = echo;
    await expect(runCommand(defineChecker(faceless), ['a'])).rejects.toThrow('checker echo has no command face');
  });
});

it('the version is that of package.json', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  expect(packageVersion).toBe(manifest.version);
});

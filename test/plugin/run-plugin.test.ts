import { describe, expect, it } from 'vitest';
import { type CheckResult, defineChecker, packageVersion, Range, result } from '../../src/checker/index.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { echoChecker } from './echo-checker.ts';
import { echo, giving } from './echo-command.ts';
import { runCommand } from './run-command.ts';

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
      '    --source <ADDRESS>',
      '    --extra-opts[=[SECTION][@FILE]]',
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
      runCommand(giving(result({ ...parts, status })), ['--reason-code', 'a']);
    expect((await run('CRITICAL')).stdout).toBe('ECHO CRITICAL - so [refused]|n=1\n');
    expect((await run('OK')).stdout).toBe('ECHO OK - so|n=1\n');
  });

  it("its face's wording of a result", async () => {
    const outcome = result({ status: 'UNKNOWN', code: 'dns', summary: 'no such host' });
    const wording = ({ code }: CheckResult, { host, named }: { host: string; named: boolean }) =>
      code === 'dns' ? ({ line: `bad host ${host} ${named}`, exitCode: 2, usage: true } as const) : undefined;
    const checker = giving(outcome, { wording });
    expect(await runCommand(checker, ['-H', 'x|y\nz'])).toEqual({
      exitCode: 2,
      stdout: 'bad host x y z true\nUsage:\ncheck_echo -H host\n',
      stderr: '',
    });
    expect((await runCommand(checker, ['--reason-code', 'x'])).stdout).toBe(
      'bad host x false [dns]\nUsage:\ncheck_echo -H host\n',
    );
  });

  it('no line end where the classic plugin has none', async () => {
    const line = 'Server answer: x\r\n';
    const outcome = result({ status: 'CRITICAL', code: 'banner-mismatch', summary: 's', line, echoesBanner: true });
    const checker = giving(outcome, { wording: () => ({ lineEnd: '' }) });
    expect((await runCommand(checker, ['a'])).stdout).toBe('Server answer: x\r\n');
    expect((await runCommand(checker, ['--reason-code', 'a'])).stdout).toBe('Server answer: x [banner-mismatch]\n');
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
    const argv = ['--reason-code', 'a'];
    expect(await runCommand(hanging, argv, { clock, signal: abort.signal })).toEqual({
      exitCode: 3,
      stdout: 'ECHO UNKNOWN - ended by a signal before there was a verdict [local-fault]\n',
      stderr: '',
    });
    const { stdout } = await runCommand(hanging, ['--json', 'a'], { clock, signal: abort.signal });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'UNKNOWN', code: 'local-fault' });
    expect(clock.timers).toBe(0);
  });

  it('options that the checker cannot work with are wrong arguments, and nothing runs', async () => {
    const picky = defineChecker({
      ...echo,
      preflight: async ({ user }) => (user === 'u' ? (['maxBytes', 'is too much | for u'] as const) : undefined),
    });
    expect(await runCommand(picky, ['--user', 'u', '--max-bytes', '9', 'a'])).toEqual({
      exitCode: 3,
      stdout: 'check_echo: --max-bytes is too much   for u\nUsage:\ncheck_echo -H host\n',
      stderr: '',
    });
    expect((await runCommand(picky, ['--user', 'v', 'a'])).exitCode).toBe(0);
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

import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { itInFolder as it } from '../temporary-folder.ts';
import { echoChecker } from './echo-checker.ts';
import { echo, told } from './echo-command.ts';
import { runCommand } from './run-command.ts';

/** Writes a file into the folder; gives its path. */
const write = async (folder: string, text: string, name = 'plugins.ini'): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

/** Standard input that says this. */
const saying = async function* (...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
};

describe('--extra-opts takes options from an ini file', () => {
  it.for<[string, (ini: string) => string[], object]>([
    ['of the section it names', (ini) => [`--extra-opts=farm@${ini}`], { host: 'f', port: 70 }],
    ['as a word of its own', (ini) => ['--extra-opts', `farm@${ini}`], { host: 'f', port: 70 }],
    ['of the section named like the command', (ini) => [`--extra-opts=@${ini}`], { host: 'e', port: 7 }],
    ['before those of the command line', (ini) => ['-p', '80', `--extra-opts=farm@${ini}`], { host: 'f', port: 80 }],
    [
      'of one section after the other',
      (ini) => [`--extra-opts=farm@${ini}`, `--extra-opts=short@${ini}`],
      { host: 'f', port: 71, jail: true },
    ],
    ['behind --', (ini) => ['-p', '80', '--', `--extra-opts=farm@${ini}`], { host: 'f', port: 80 }],
  ])('%s', async ([, argv, expected], { folder }) => {
    const ini = await write(
      folder,
      '[check_echo]\nhostname=e\n[farm]\nhostname = f\nport = 70\n[short]\n p = 71\n j =\n',
    );
    expect(await told(argv(ini))).toEqual({ ...expected, timeoutMs: 10_000 });
  });

  it('behind a host that comes first, where the command lets options follow it', async ({ folder }) => {
    const ini = await write(folder, '[farm]\nport=70\n');
    const checker = echoChecker({ hostFirst: true });
    expect(await told(['a', '-j', `--extra-opts=farm@${ini}`], checker)).toMatchObject({
      host: 'a',
      port: 70,
      jail: true,
    });
  });

  it('from MP_CONFIG_FILE, from the folders of NAGIOS_CONFIG_PATH, or from standard input', async ({ folder }) => {
    const ini = await write(folder, '[check_echo]\nhostname=a\n');
    const hostIn = async (argv: string[], given: Parameters<typeof runCommand>[2]) =>
      /"host":"(\w+)"/.exec((await runCommand(echo, argv, given)).stdout)?.[1];
    expect(await hostIn(['--extra-opts'], { env: { MP_CONFIG_FILE: ini } })).toBe('a');
    expect(await hostIn(['--extra-opts', '-v'], { env: { NAGIOS_CONFIG_PATH: `/nowhere::${folder}` } })).toBe('a');
    expect(await hostIn(['--extra-opts=farm@-'], { stdin: saying('[farm]\nhost', 'name=b\n') })).toBe('b');
  });

  it.for<[string, (folder: string) => Promise<string>, RegExp]>([
    [
      'is missing',
      async (folder) => `farm@${folder}/none.ini`,
      /^Can't read config file: No such file or directory\n$/,
    ],
    ['is a folder', async (folder) => `farm@${folder}`, /^Can't read config file: .* is not a regular file\n$/],
    [
      'lies in a file',
      async (folder) => `farm@${await write(folder, '')}/x`,
      /^Can't read config file: Not a directory\n$/,
    ],
    ['never ends', async () => 'farm@/dev/zero', /^Can't read config file: .* is not a regular file\n$/],
    [
      'is a FIFO that nobody writes to',
      async (folder) => {
        execFileSync('mkfifo', [join(folder, 'fifo')]);
        return `farm@${folder}/fifo`;
      },
      /^Can't read config file: .* is not a regular file\n$/,
    ],
    [
      'is larger than 1 MiB',
      async (folder) => `farm@${await write(folder, '#'.repeat(1024 * 1024 + 1))}`,
      /^Can't read config file: .* is larger than 1048576 bytes\n$/,
    ],
    [
      'has a line that is no option',
      async (folder) => `farm@${await write(folder, '[farm]\nhostname\n')}`,
      /^Config file error\n$/,
    ],
    [
      'lacks the section',
      async (folder) => `fa|rm@${await write(folder, '[farm]\nport=1\n')}`,
      /^Invalid section 'fa rm' in config file '.*plugins\.ini'\n$/,
    ],
  ])('and exits 3 with one line when it %s', async ([, locator, line], { folder }) => {
    const { exitCode, stdout, stderr } = await runCommand(echo, ['-H', 'a', `--extra-opts=${await locator(folder)}`]);
    expect(stdout).toMatch(line);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' });
  });

  it('and exits 3 when there is no file to look in', async () => {
    const { exitCode, stdout } = await runCommand(echo, ['--extra-opts'], { env: { MP_CONFIG_FILE: '' } });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 3,
      stdout: 'Cannot find config file in any standard location.\n',
    });
  });

  it('and takes the first file there is, though another folder has one too', async ({ folder }) => {
    for (const [name, host] of [
      ['first', 'a'],
      ['second', 'b'],
    ] as const) {
      await mkdir(join(folder, name));
      await write(folder, `[check_echo]\nhostname=${host}\n`, `${name}/nagios-plugins.ini`);
    }
    const env = { NAGIOS_CONFIG_PATH: `${folder}/first:${folder}/second` };
    expect((await runCommand(echo, ['--extra-opts'], { env })).stdout).toContain('"host":"a"');
  });

  it('but not from standard input that never ends, in bytes or in time', async () => {
    const endless = async function* () {
      for (;;) yield Buffer.alloc(65_536, '#');
    };
    const { stdout } = await runCommand(echo, ['--extra-opts=@-'], { stdin: endless() });
    expect(stdout).toBe("Can't read config file: standard input is larger than 1048576 bytes\n");

    const clock = new ManualClock();
    const open = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const run = runCommand(echo, ['--extra-opts=@-'], { stdin: open, clock });
    await clock.advance(10_000);
    expect((await run).stdout).toBe("Can't read config file: standard input does not end\n");
    expect(clock.timers).toBe(0);
  });
});

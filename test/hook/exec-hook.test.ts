import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect } from 'vitest';
import { systemClock } from '../../src/clock/system-clock.ts';
import { type ExecHookOptions, execHook, execHookOptions } from '../../src/hook/exec-hook.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { itInFolder } from '../temporary-folder.ts';
import { aChange, aFarm } from './a-change.ts';

/** A folder of its own, and a way to put an executable shell script there. */
const it = itInFolder.extend<{ script: (body: string) => Promise<string> }>({
  script: async ({ folder }, use) => {
    await use(async (body) => {
      const file = join(folder, 'hook.sh');
      await writeFile(file, `#!/bin/sh\n${body}\n`);
      await chmod(file, 0o755);
      return file;
    });
  },
});

const apply = (options: ExecHookOptions, signal = new AbortController().signal, change = aChange()) =>
  execHook.create(options, { clock: systemClock, log: silentLogger, farm: aFarm() }).apply([change], signal);

it('hands the change over in arguments, in the environment and as one JSON object on stdin', async ({
  folder,
  script,
}) => {
  const file = await script(`{ echo "$@"; env | grep -v -e PWD -e SHLVL -e '^_='; cat; } > ${folder}/seen`);
  await apply({ command: [file, '{farm}/{backend}', 'is {state}', '$HOME `id`'], timeout: undefined });
  const lines = (await readFile(join(folder, 'seen'), 'utf8')).trimEnd().split('\n');
  expect(lines[0]).toBe('ftp/b1 is down $HOME `id`');
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual(aChange());
  expect(lines.slice(1, -1).map((line) => line.split('=')[0])).toEqual(
    expect.arrayContaining(['PATH', 'LANG', 'FARM_GUARDIAN_STATE', 'FARM_GUARDIAN_SEQUENCE']),
  );
  expect(lines.slice(1, -1).every((line) => /^(PATH|LANG|FARM_GUARDIAN_[A-Z]+)=/.test(line))).toBe(true);
});

it('rejects with the exit code and the last line printed, control characters removed', async ({ script }) => {
  const file = await script(`echo first; printf 'no such \\033[31mfarm\\n' >&2; exit 4`);
  await expect(apply({ command: [file], timeout: undefined })).rejects.toThrow('exit 4: no such  [31mfarm');
});

it('is not held up by a program that prints without end or never reads its input', async ({ script }) => {
  const file = await script(`head -c 5000000 /dev/zero | tr '\\0' 'x'; exit 0`);
  await expect(apply({ command: [file], timeout: undefined })).resolves.toBeUndefined();
});

it('ends the whole process group of a program that ignores TERM and forks', async ({ folder, script }) => {
  const file = await script(
    `trap '' TERM\n(trap '' TERM; echo $$ > ${folder}/ready; sleep 60 & echo $! > ${folder}/pid; wait) &\nwait; wait`,
  );
  await expect(apply({ command: [file], timeout: 300 })).rejects.toThrow('ended after 0.3 s without an exit');
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

it('leaves no child of a program that has exited', async ({ folder, script }) => {
  const file = await script(`sleep 60 & echo $! > ${folder}/pid; exit 0`);
  await apply({ command: [file], timeout: undefined });
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

it('ends the program when the guardian stops', async ({ script }) => {
  const stop = new AbortController();
  const running = apply({ command: [await script('sleep 60')], timeout: undefined }, stop.signal);
  stop.abort();
  await expect(running).rejects.toThrow('cancelled');
});

it.each([
  ['/no/such/program', 'no executable file /no/such/program'],
  ['/etc/passwd', 'no executable file /etc/passwd'],
  ['/tmp', 'no executable file /tmp'],
  ['no-such-program', 'no executable file no-such-program'],
  ['sh', undefined],
] as const)('before the start it says of %s: %s', async (program, expected) => {
  expect(await execHook.preflight({ command: [program], timeout: undefined }, aFarm())).toBe(expected);
});

it('rejects when the program has vanished', async () => {
  await expect(apply({ command: ['/no/such/program'], timeout: undefined })).rejects.toThrow('no executable file');
});

it.each([
  [{ command: 'echo hi' }, 'must be a list: the program and its arguments'],
  [{ command: [] }, 'must name a program'],
  [{ command: ['echo', '{frm}'] }, 'unknown field {frm}; there are {farm} {backend} {host}'],
  [{ command: ['./on-change'] }, 'must begin with an absolute path'],
  [{ command: ['/bin/{state}'] }, 'must begin with an absolute path'],
  [{ command: [''] }, 'must begin with an absolute path'],
  [{ command: ['echo'], timeout: 5 }, 'must be a duration such as 250ms, 5s, 2m or 1h'],
])('refuses the options %j', (options, message) => {
  const parsed = v.safeParse(execHookOptions, options);
  expect(parsed.issues?.map((issue) => issue.message).join()).toContain(message);
});

/** A zombie that nobody has reaped yet is not running. */
const isRunning = async (pid: number): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return status !== '' && !/^State:\s+Z/m.test(status);
};

import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { systemClock } from '../../src/clock/system-clock.ts';
import { OutputHead } from '../../src/process/output-head.ts';
import { type ProcessEnd, type ProcessOptions, runProcess } from '../../src/process/run-process.ts';
import { itInFolder } from '../temporary-folder.ts';

/** What a run gave. */
interface Seen {
  readonly end: ProcessEnd;
  readonly stdout: string;
}

/** Runs a shell script in a folder of its own, which it knows as `$FOLDER`. */
const it = itInFolder.extend<{ run: (body: string, options?: Partial<ProcessOptions>) => Promise<Seen> }>({
  run: async ({ folder }, use) => {
    await use(async (body, options) => {
      const file = join(folder, 'program');
      await writeFile(file, `#!/bin/sh\n${body}\n`);
      await chmod(file, 0o755);
      const stdout = new OutputHead(100_000);
      const end = await runProcess(file, [], {
        environment: { PATH: '/usr/bin:/bin', FOLDER: folder },
        clock: systemClock,
        signal: new AbortController().signal,
        onOutput: (chunk, from) => from === 'stdout' && stdout.add(chunk),
        ...options,
      });
      return { end, stdout: String(stdout) };
    });
  },
});

const pidIn = async (folder: string) => Number(await readFile(join(folder, 'pid'), 'utf8'));

/** The state of a process, such as `S`, or `Z` for a zombie; `undefined` when there is none (proc(5)). */
const stateOf = async (pid: number): Promise<string | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return /^State:\s+(\w)/m.exec(status)?.[1];
};

/** Waits for a child of a child to end. Whether it is reaped is a matter of whoever has inherited it. */
const ended = (pid: number) => vi.waitFor(async () => expect([undefined, 'Z']).toContain(await stateOf(pid)));

it('gives exit code and output, all of it, however soon the program ends', async ({ run }) => {
  const { end, stdout } = await run('head -c 60000 /dev/zero | tr "\\0" x; echo; echo last; exit 3');
  expect(end).toEqual({ outcome: 'exited', exitCode: 3 });
  expect(stdout.length).toBe(60_006);
  expect(stdout.endsWith('\nlast\n')).toBe(true);
});

it('hands over nothing but the environment that is given, and the input', async ({ run }) => {
  const { stdout } = await run('env | cut -d= -f1 | sort | tr "\\n" " "; pwd; cat', { input: 'hello', cwd: '/' });
  expect(stdout).toBe('FOLDER PATH PWD /\nhello');
});

it('tells who killed a program', async ({ run }) => {
  expect((await run('kill -9 $$')).end).toEqual({ outcome: 'killed', by: 'SIGKILL' });
});

it('is not held up by a child that keeps the pipe, and ends it', async ({ folder, run }) => {
  const { end, stdout } = await run('echo said; sleep 60 & echo $! >$FOLDER/pid');
  expect({ end, stdout }).toEqual({ end: { outcome: 'exited', exitCode: 0 }, stdout: 'said\n' });
  await ended(await pidIn(folder));
});

it('is not held up by a child in a session of its own that goes on printing', async ({ folder, run }) => {
  const { stdout } = await run(
    "setsid sh -c 'echo $$ >$FOLDER/pid; while :; do echo more; done' & while ! [ -s $FOLDER/pid ]; do :; done; echo said",
  );
  expect(stdout).toContain('said\n');
  // Without a reader it ends by itself.
  await ended(await pidIn(folder));
});

it('ends a program that ignores TERM together with its children, and leaves no zombie', async ({ folder, run }) => {
  const stop = new AbortController();
  const body = `trap '' TERM; sleep 60 & echo $$ $! >$FOLDER/both; mv $FOLDER/both $FOLDER/pids; wait; wait`;
  const running = run(body, { signal: stop.signal, termToKillMs: 100 });
  const [own = 0, child = 0] = (await vi.waitFor(() => readFile(join(folder, 'pids'), 'utf8'))).split(' ').map(Number);
  stop.abort();
  expect((await running).end).toEqual({ outcome: 'ended' });
  expect(await stateOf(own)).toBeUndefined();
  await ended(child);
});

it('lets a program that heeds TERM tidy up', async ({ folder, run }) => {
  const stop = new AbortController();
  const running = run(`trap 'echo tidied >$FOLDER/tidied; exit 1' TERM; echo >$FOLDER/ready; sleep 60 & wait`, {
    signal: stop.signal,
  });
  await vi.waitFor(() => readFile(join(folder, 'ready')));
  stop.abort();
  expect((await running).end).toEqual({ outcome: 'ended' });
  expect(await readFile(join(folder, 'tidied'), 'utf8')).toBe('tidied\n');
});

it('goes on until its end with a program that has closed its output', async ({ run }) => {
  expect((await run('echo said; exec >&- 2>&-; sleep 0.2; exit 2')).end).toEqual({ outcome: 'exited', exitCode: 2 });
});

it('starts nothing once it is told to end', async ({ folder, run }) => {
  expect((await run('echo >$FOLDER/ran', { signal: AbortSignal.abort() })).end).toEqual({ outcome: 'ended' });
  await expect(readFile(join(folder, 'ran'))).rejects.toThrow('ENOENT');
});

it.for([
  ['/no/such/program', [], 'ENOENT'],
  ['/etc/passwd', [], 'EACCES'],
  ['/bin/true', ['\0'], 'ERR_INVALID_ARG_VALUE'],
  ['/bin/true', ['x'.repeat(1_000_000)], 'E2BIG'],
] as const)('says why %s with its arguments cannot be started', async ([file, args, code]) => {
  const signal = new AbortController().signal;
  const end = await runProcess(file, args, { environment: {}, clock: systemClock, signal, onOutput: () => {} });
  expect(end).toMatchObject({ outcome: 'not-started', error: { code } });
});

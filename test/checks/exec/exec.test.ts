import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, vi } from 'vitest';
import { exec, ftp } from '../../../checks/index.ts';
import { createFtpServer } from '../../../src/testkit/index.ts';
import { itWithPlugin as it, runExec } from './a-plugin.ts';

describe('a plugin', () => {
  it.for([
    [0, 'OK', 'ok'],
    [1, 'WARNING', 'command-failed'],
    [2, 'CRITICAL', 'command-failed'],
    [3, 'UNKNOWN', 'command-failed'],
  ] as const)('that exits %d is %s', async ([exitCode, status, code], { folder, plugin }) => {
    const result = await plugin(`echo "IT IS - so|load=5%;80"; echo more; exit ${exitCode}`);
    expect(result).toMatchObject({
      status,
      code,
      summary: 'IT IS - so',
      metrics: [
        { label: 'load', value: 5, unit: '%' },
        { label: 'time', unit: 's' },
      ],
      facts: { plugin: join(folder, 'check_it'), exitCode, longOutput: ['more'] },
    });
  });

  it('is given its words as they are, with host and port in their places, and no shell sees them', async ({
    plugin,
  }) => {
    const args = ['-H', 'HOST', '-p', 'PORT', '$(id)', '`id`', ';', '*', "it's", 'MYHOST', 'SUPPORT'];
    const { summary } = await plugin('printf "[%s]" "$@"', args, { host: '2001:db8::1', port: 21 });
    expect(summary).toBe("[-H][2001:db8::1][-p][21][$(id)][`id`][;][*][it's][MYHOST][SUPPORT]");
  });

  it('is given nothing of our environment, an empty input, and / for a folder', async ({ plugin }) => {
    vi.stubEnv('PASSWORD', 'hunter2');
    const { summary } = await plugin('env | grep -v ^_= | sort | tr "\\n" " "; cat; pwd');
    vi.unstubAllEnvs();
    expect(summary).toBe(
      'FARM_GUARDIAN_HOST=127.0.0.1 FARM_GUARDIAN_PORT=80 LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PWD=/ /',
    );
  });

  it('that prints on stderr only is quoted from there', async ({ plugin }) => {
    expect(await plugin('echo "no such option" >&2; exit 3')).toMatchObject({
      status: 'UNKNOWN',
      summary: 'no such option',
    });
    expect(await plugin('exit 2')).toMatchObject({ status: 'CRITICAL', summary: 'check_it said nothing' });
  });

  it.for([
    ['exit 4', 'plugin-failed', 'check_it ended with exit code 4'],
    ['exit 255', 'plugin-failed', 'check_it ended with exit code 255'],
    ['no-such-program', 'plugin-missing', 'check_it ended with exit code 127: '],
    ['exec /etc/passwd', 'plugin-missing', 'check_it ended with exit code 126: '],
    ['kill -SEGV $$', 'plugin-failed', 'check_it was killed by SIGSEGV'],
  ] as const)(
    'whose script is `%s` says nothing of the server: UNKNOWN %s',
    async ([body, code, summary], { plugin }) => {
      expect(await plugin(body)).toMatchObject({ status: 'UNKNOWN', code, summary: expect.stringContaining(summary) });
    },
  );

  it('that hangs is ended at its deadline, CRITICAL, with what it has said', async ({ plugin }) => {
    const startedAt = performance.now();
    expect(await plugin('echo connected; exec sleep 60', [], { timeoutMs: 300 })).toMatchObject({
      status: 'CRITICAL',
      code: 'plugin-timeout',
      summary: 'check_it gave no verdict within 0.3 s and was ended: connected',
      steps: [{ name: 'plugin', code: 'plugin-timeout' }],
    });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('that forks and ignores TERM is ended with all its children', async ({ folder, plugin }) => {
    const body = `trap '' TERM; sleep 60 & echo $$ $! >$FOLDER/pids; wait; wait`;
    expect(await plugin(body, [], { timeoutMs: 500 })).toMatchObject({ code: 'plugin-timeout' });
    const pids = (await readFile(join(folder, 'pids'), 'utf8')).trim().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    for (const pid of pids) await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false));
  });

  it('that closes its output and goes on is waited for until its deadline', async ({ plugin }) => {
    expect(await plugin('echo OK; exec >&- 2>&-; sleep 60', [], { timeoutMs: 300 })).toMatchObject({
      code: 'plugin-timeout',
    });
  });

  it('that ends while a child of it holds the pipe is not waited for', async ({ plugin }) => {
    expect(await plugin('sleep 60 & echo OK')).toMatchObject({ status: 'OK', summary: 'OK' });
  });

  it('that prints without end is ended, UNKNOWN', async ({ plugin }) => {
    const { summary, ...rest } = await plugin('while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done');
    expect(rest).toMatchObject({ status: 'UNKNOWN', code: 'plugin-failed' });
    expect(summary).toMatch(/^check_it printed without end: x/);
  });

  it('that prints one endless line keeps memory and summary short', async ({ plugin }) => {
    const { summary } = await plugin('head -c 900000 /dev/zero | tr "\\0" x');
    expect(Buffer.byteLength(summary)).toBeLessThan(4_096);
  });

  it('gives no result of a cancelled run', async ({ folder }) => {
    await writeFile(join(folder, 'check_it'), '#!/bin/sh\nexec sleep 60\n');
    await chmod(join(folder, 'check_it'), 0o755);
    const cancel = new AbortController();
    const running = runExec({ command: join(folder, 'check_it') }, { signal: cancel.signal });
    cancel.abort();
    expect(await running).toBe('cancelled');
  });
});

describe('a plugin that cannot be run', () => {
  it('is UNKNOWN plugin-missing, and the nearest one is named', async ({ folder }) => {
    await writeFile(join(folder, 'check_icecream'), '');
    expect(await runExec({ command: 'check_icecram -H HOST', pluginPath: [folder] })).toMatchObject({
      status: 'UNKNOWN',
      code: 'plugin-missing',
      summary: 'no plugin check_icecram; did you mean "check_icecream"?',
    });
    expect(await runExec({ command: 'check_fttp -H HOST', pluginPath: [folder] })).toMatchObject({
      summary: expect.stringContaining('did you mean "check_ftp"?'),
    });
    // PATH is not searched.
    expect(await runExec({ command: 'sh -c true', pluginPath: [folder] })).toMatchObject({ code: 'plugin-missing' });
  });

  it('is told from one that only lacks a permission, or an interpreter', async ({ folder }) => {
    const at = (name: string) => join(folder, name);
    await writeFile(at('plain'), '#!/bin/sh\n');
    await writeFile(at('orphan'), '#!/no/such/interpreter\n');
    await writeFile(at('text'), 'echo OK\n');
    await chmod(at('orphan'), 0o755);
    await chmod(at('text'), 0o755);
    await mkdir(at('folder'));
    const says = async (name: string) => await runExec({ command: at(name) });
    expect(await says('plain')).toMatchObject({ code: 'plugin-missing', summary: `${at('plain')} is not executable` });
    expect(await says('folder')).toMatchObject({ code: 'plugin-missing', summary: `${at('folder')} is no file` });
    expect(await says('none')).toMatchObject({ code: 'plugin-missing', summary: `${at('none')} does not exist` });
    expect(await says('orphan')).toMatchObject({
      code: 'plugin-missing',
      summary: `cannot run ${at('orphan')}: ENOENT`,
    });
    // As execvp(3) has it.
    expect(await says('text')).toMatchObject({ status: 'OK', summary: 'OK' });
  });

  it('is looked for in each folder, in their order', async ({ folder }) => {
    for (const name of ['one', 'two']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'check_it'), `#!/bin/sh\necho ${name}\n`);
    }
    const pluginPath = ['none', 'one', 'two'].map((name) => join(folder, name));
    await chmod(join(folder, 'two/check_it'), 0o755);
    expect(await runExec({ command: 'check_it', pluginPath })).toMatchObject({ summary: 'two' });
    await chmod(join(folder, 'one/check_it'), 0o755);
    expect(await runExec({ command: 'check_it', pluginPath })).toMatchObject({ summary: 'one' });
  });

  it('is refused before the start', async ({ folder }) => {
    const preflight = (options: object) =>
      exec.preflight?.(v.parse(exec.options, { pluginPath: [folder], ...options }));
    expect(await preflight({ command: 'check_fttp -H HOST' })).toEqual([
      'command',
      'no plugin check_fttp; did you mean "check_ftp"?',
    ]);
    expect(await preflight({ command: '/no/such/plugin' })).toEqual(['command', '/no/such/plugin does not exist']);
    expect(await preflight({ command: 'check_ftp -H HOST -p PORT --fiel x' })).toEqual([
      'command',
      expect.stringMatching(/^check_ftp: .*--fiel/),
    ]);
    expect(await preflight({ command: 'check_ftp -H HOST --file x --content-regex (' })).toEqual([
      'command',
      expect.stringMatching(/^check_ftp: contentRegex /),
    ]);
    expect(await preflight({ command: 'check_ssh -V' })).toEqual(['command', expect.stringContaining('version')]);
    expect(await preflight({ command: 'check_ftp -H HOST -p PORT' })).toBeUndefined();
    expect(await preflight({ command: '/bin/true' })).toBeUndefined();
  });
});

describe('a command of ours that is not installed', () => {
  const nowhere = { pluginPath: ['/nowhere'] };

  it('gives the result of its checker, in this process', async () => {
    await using server = await createFtpServer({ files: { '/sentinel.txt': 'moo' } });
    const { host, port } = server;
    const command = 'check_ftp -H HOST -p PORT --file /sentinel.txt --content moo';
    expect(await runExec({ ...nowhere, command }, { host, port })).toMatchObject({
      status: 'OK',
      steps: expect.arrayContaining([expect.objectContaining({ name: 'transfer' })]),
    });
    await server.inject('refuse');
    expect(await runExec({ ...nowhere, command }, { host, port })).toMatchObject({
      status: 'CRITICAL',
      code: 'refused',
    });
  });

  it('has its own time where that is shorter', async () => {
    await using server = await createFtpServer();
    await server.inject('silence');
    const { host, port } = server;
    const startedAt = performance.now();
    expect(await runExec({ ...nowhere, command: 'check_ftp -H HOST -p PORT -t 1' }, { host, port })).toMatchObject({
      status: 'CRITICAL',
    });
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  it('is UNKNOWN where its arguments are wrong', async () => {
    expect(await runExec({ ...nowhere, command: 'check_ftp -Q' })).toMatchObject({
      status: 'UNKNOWN',
      code: 'plugin-failed',
      summary: expect.stringContaining('check_ftp: '),
    });
  });

  it('must be stoppable from outside, as a plugin need not', async ({ folder }) => {
    const applies = (options: object) => exec.isolation?.applies(v.parse(exec.options, options));
    expect(applies({ ...nowhere, command: 'check_ftp -H HOST' })).toBe(true);
    expect(applies({ ...nowhere, command: 'check_it -H HOST' })).toBe(false);
    await writeFile(join(folder, `check_${ftp.name}`), '#!/bin/sh\n');
    await chmod(join(folder, `check_${ftp.name}`), 0o755);
    expect(applies({ pluginPath: [folder], command: 'check_ftp -H HOST' })).toBe(false);
  });
});

describe('the options', () => {
  it.for([
    [{ command: '' }, 'must be a command such as'],
    [{ command: [] }, 'must be a command such as'],
    [{ command: './check_it' }, 'must begin with an absolute path or with the name of a plugin, not "./check_it"'],
    [{ command: 'contrib/check_it' }, 'must begin with an absolute path'],
    [{ command: 'nmap HOST | grep open' }, 'which only a shell understands'],
  ])('%j are refused', ([options, message]) => {
    const parsed = v.safeParse(exec.options, options);
    expect(parsed.issues?.map((issue) => issue.message).join()).toContain(message);
  });

  it('take numbers in a list for words', () => {
    expect(v.parse(exec.options, { command: ['check_tcp', '-p', 22] }).command).toEqual(['check_tcp', '-p', '22']);
  });

  it('ask for a port only where PORT stands', async () => {
    expect(await runExec({ command: ['/bin/echo', 'PORT'] }, { port: 0 })).toMatchObject({
      status: 'UNKNOWN',
      code: 'local-fault',
      summary: 'no port is known of 127.0.0.1, and the command asks for PORT',
    });
    expect(await runExec({ command: ['/bin/echo', 'HOST'] }, { port: 0 })).toMatchObject({ status: 'OK' });
  });
});

/** A zombie that nobody has reaped yet is not running. */
const isRunning = async (pid: number): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return status !== '' && !/^State:\s+Z/m.test(status);
};

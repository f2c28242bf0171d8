import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFtpServer, type FtpServer } from '../../src/testkit/index.ts';
import { HaproxyStandIn } from '../hook/haproxy/haproxy-stand-in.ts';
import { TestProcess } from './a-process.ts';

/** A process in a folder with a config: backends b1, b2 … at these ports, and these hooks. */
const open = async (ports: readonly number[], hooks: (folder: string) => string) => {
  const process = await TestProcess.open();
  const backends = ports.map((port, i) => `b${i + 1}: "127.0.0.1:${port}"`).join(', ');
  const farm = `ftp: { check: { type: ftp }, timeout: 1s, backends: { ${backends} }, hooks: ${hooks(process.folder)} }`;
  await writeFile(join(process.folder, 'farm-guardian.yaml'), `socket: guardian.sock\nfarms: { ${farm} }\n`);
  return process;
};

const haproxyHook = (folder: string) => `[{ type: haproxy, socket: ${folder}/haproxy.sock }]`;
const ports = (...servers: readonly FtpServer[]) => servers.map(({ port }) => port);

it('says what a balancer shows, and touches nothing', async () => {
  await using process = await open([2121, 2122, 2123], haproxyHook);
  await using haproxy = await HaproxyStandIn.listen(process.folder, 2);
  haproxy.servers.set('b2', 1);
  expect(await process.run('hook', 'test', 'ftp')).toBe(2);
  expect(process.out.text).toBe(`No guardian runs: nothing is desired.

haproxy: haproxy ftp at ${process.folder}/haproxy.sock
BACKEND  SHOWS            DESIRED  WOULD
b1       up (ready)       -        -
b2       down (MAINT)     -        -
b3       no such backend  -        -
`);
  expect(haproxy.lines).toEqual(['show info; show servers state ftp']);
});

it.each(['FARM_GUARDIAN_SOCKET', '--socket'])('says what a running guardian would change, found by %s', async (by) => {
  await using server = await createFtpServer();
  await using process = await open(ports(server), haproxyHook);
  await using haproxy = await HaproxyStandIn.listen(process.folder, 1);
  const running = process.run('run', '--log-format', 'json');
  await process.out.shows(/haproxy delivered up/);
  haproxy.servers.set('b1', 8);
  await using other = await open(ports(server), () => `[{ type: haproxy, socket: ${process.folder}/haproxy.sock }]`);
  const socket = join(process.folder, 'guardian.sock');
  other.env['FARM_GUARDIAN_SOCKET'] = by === '--socket' ? '/nowhere' : socket;
  expect(await other.run('hook', 'test', 'ftp', ...(by === '--socket' ? [by, socket] : []))).toBe(0);
  expect(other.out.text).toContain('b1       drain (DRAIN)  up       set up, unless an operator set this\n');
  process.emit('SIGTERM');
  await running;
});

it('drains a healthy backend and readies it again with --apply', async () => {
  await using first = await createFtpServer();
  await using second = await createFtpServer();
  await using third = await createFtpServer();
  await using process = await open([1, ...ports(first, second, third)], haproxyHook);
  await using haproxy = await HaproxyStandIn.listen(process.folder, 4);
  haproxy.servers.set('b2', 1);
  expect(await process.run('hook', 'test', 'ftp', 'haproxy', '--apply')).toBe(0);
  // b1 is dead and b2 is out.
  expect(process.out.text).toMatch(/\nb3: drain in \d+ ms, shows DRAIN\nb3: up in \d+ ms, shows ready\n$/);
  expect(haproxy.lines.filter((line) => line.startsWith('set'))).toEqual([
    'set server ftp/b3 state drain',
    'set server ftp/b3 state ready',
  ]);
});

it('drains nothing when no other backend would be left', async () => {
  await using server = await createFtpServer();
  await using process = await open([...ports(server), 1], haproxyHook);
  await using haproxy = await HaproxyStandIn.listen(process.folder, 2);
  expect(await process.run('hook', 'test', 'ftp', '--apply')).toBe(2);
  expect(process.out.text).toContain('failed: only one backend passes its check and gets clients: there must be two');
  expect(haproxy.lines.filter((line) => line.startsWith('set'))).toEqual([]);
});

it('readies a backend again that could not be drained', async () => {
  await using first = await createFtpServer();
  await using second = await createFtpServer();
  await using process = await open(ports(first, second), haproxyHook);
  await using haproxy = await HaproxyStandIn.listen(process.folder, 2);
  haproxy.instead.push(undefined, 'Permission denied\n\n');
  expect(await process.run('hook', 'test', 'ftp', '--apply')).toBe(2);
  expect(process.out.text).toContain('failed: b1 is up, but could not be drained: haproxy shows ready of b1');
  expect(haproxy.servers.get('b1')).toBe(0);
});

it('tries a hook that cannot be read by telling it', async () => {
  await using first = await createFtpServer();
  await using second = await createFtpServer();
  const script = (folder: string) => join(folder, 'on-change');
  await using process = await open(
    ports(first, second),
    (folder) => `[{ type: exec, command: ["${script(folder)}", "{backend}", "{state}"] }]`,
  );
  await writeFile(script(process.folder), `#!/bin/sh\necho "$@" >> ${process.folder}/told\n`);
  await chmod(script(process.folder), 0o755);
  expect(await process.run('hook', 'test', 'ftp', '--apply')).toBe(0);
  expect(process.out.text).toContain('It cannot be read: it is told again at each resync.');
  expect(await readFile(join(process.folder, 'told'), 'utf8')).toBe('b1 drain\nb1 up\n');
});

it.each([
  [['sftp'], 'no farm "sftp"'],
  [['ftp', 'exce'], 'farm ftp has no hook "exce"; did you mean "exec"?'],
  [['ftp', 'nftlb'], 'farm ftp has no hook "nftlb"; there are: exec, exec-2'],
  [['ftp/b1'], 'ftp/b1 names no farm'],
])('refuses %j', async (args, message) => {
  await using process = await open([2121], () => '[{ type: exec, command: [sh] }, { type: exec, command: [sh] }]');
  expect(await process.run('hook', 'test', ...args)).toBe(2);
  expect(process.err.text).toContain(message);
});

it('says what is wrong with a hook on this machine, and tries the others', async () => {
  await using process = await open(
    [2121],
    () => '[{ type: exec, command: [/no/such] }, { type: exec, command: [sh] }]',
  );
  expect(await process.run('hook', 'test', 'ftp')).toBe(2);
  expect(process.out.text).toContain('exec: no executable file /no/such');
  expect(process.out.text).toContain('exec-2: exec sh');
});

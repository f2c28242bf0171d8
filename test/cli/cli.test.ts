import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFtpServer } from '../../src/testkit/index.ts';
import { freePort } from '../free-port.ts';
import { TestProcess } from './a-process.ts';
import { fastFarm } from './running.ts';

const open = async (config?: string) => {
  const process = await TestProcess.open();
  if (config !== undefined) await writeFile(join(process.folder, 'farm-guardian.yaml'), config);
  return process;
};

it('prints its version and its help with exit 0', async () => {
  await using process = await open();
  expect(await process.run('--version')).toBe(0);
  expect(process.out.text).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await process.run('--help')).toBe(0);
  expect(process.out.text).toMatch(/Usage: farm-guardian .*run .*check .*status .*config .*demo /s);
});

it.each([
  [['chekc'], "error: unknown command 'chekc' (Did you mean check?)\n"],
  [['run', '--confg', 'x'], "error: unknown option '--confg' (Did you mean --config?)\n"],
  [['run', '--log-level', 'loud'], /error: option '--log-level <level>' argument 'loud' is invalid/],
  [['demo', '--seconds', 'ten'], /argument 'ten' is invalid. It must be a whole number of seconds./],
])('answers %j with exit 2 and one clear message', async (args, message) => {
  await using process = await open();
  expect(await process.run(...args)).toBe(2);
  expect(process.out.text).toBe('');
  expect(process.err.text).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});

it('says that a config can be used, and what is in it', async () => {
  await using process = await open(fastFarm([2121, 2122], '', '[{ type: exec, command: [sh] }]'));
  expect(await process.run('config', 'check')).toBe(0);
  expect(process.out.text).toBe(`${process.folder}/farm-guardian.yaml: ok: 1 farm, 2 backends, 1 hook\n`);
});

it.each([
  [
    'a mistake',
    'farms: { ftp: { chek: { type: ftp }, backends: { b1: 10.0.0.1 } } }\n',
    /farms\.ftp\.chek: unknown key/,
  ],
  [
    'a hook that does not exist',
    fastFarm([1], '', '[{ type: exec, command: [/no/such/hook] }]'),
    /farm-guardian\.yaml:10: farms\.ftp\.hooks\[0\]: no executable file \/no\/such\/hook/,
  ],
  [
    'a secret that cannot be read',
    fastFarm([1]).replace('{ type: ftp }', '{ type: ftp, user: probe, password: { file: nowhere } }'),
    /farm-guardian\.yaml: farms\.ftp\.check\.password: cannot read \S+\/nowhere: ENOENT\n$/,
  ],
  [
    'a key that cannot be read',
    fastFarm([1]).replace('{ type: ftp }', '{ type: ssh, user: probe, key: nowhere, hostKey: any }'),
    /farm-guardian\.yaml: farms\.ftp\.check\.key: cannot read \S+\/nowhere: ENOENT\n$/,
  ],
  [
    'a regular expression that is none',
    fastFarm([1]).replace('{ type: ftp }', "{ type: ftp, file: a, contentRegex: '(' }"),
    /farm-guardian\.yaml: farms\.ftp\.check\.contentRegex: is no regular expression: missing closing \): `\(`\n$/,
  ],
  ['a hook type that does not exist', fastFarm([1], '', '[{ type: exce }]'), /did you mean "exec"/],
])('refuses a config with %s: by config check and by run alike', async (_name, config, message) => {
  for (const command of [['config', 'check'], ['run']]) {
    await using process = await open(config);
    expect(await process.run(...command)).toBe(2);
    expect(process.err.text).toMatch(message);
    expect(process.err.text).not.toContain('    at ');
  }
});

it('validates a config whose secret only the daemon will have, and refuses to start without it', async () => {
  const secret = '{ type: ftp, user: probe, password: { env: FG_NOT_SET } }';
  await using process = await open(fastFarm([1]).replace('{ type: ftp }', secret));
  expect(await process.run('config', 'check')).toBe(0);
  expect(await process.run('run')).toBe(2);
  expect(process.err.text).toMatch(/check\.password: environment variable FG_NOT_SET is not set\n$/);
});

it('refuses to start without a config, naming where it looked', async () => {
  await using process = await open();
  expect(await process.run('run', '-c', 'nowhere.yaml')).toBe(2);
  expect(process.err.text).toMatch(/^nowhere\.yaml: .*\n$/);
});

it('runs each check once: a table, remedies, and the exit code of the worst status', async () => {
  await using server = await createFtpServer();
  const dead = await freePort();
  await using process = await open(fastFarm([server.port, dead]));
  expect(await process.run('check')).toBe(2);
  const [head, first, second, , remedy] = process.out.text.split('\n');
  expect(head).toMatch(/^BACKEND +STATUS +TIME +CODE +SUMMARY$/);
  expect(first).toMatch(/^ftp\/b1 +OK +\d\.\d{3}s +ok +.*second response time/);
  expect(second).toMatch(/^ftp\/b2 +CRITICAL +\d\.\d{3}s +refused +connect to address 127\.0\.0\.1/);
  expect(remedy).toMatch(/^refused: Nothing listens/);
});

it('checks only what is named, and prints whole results as JSON', async () => {
  await using server = await createFtpServer();
  await using process = await open(fastFarm([server.port, await freePort()]));
  expect(await process.run('check', 'ftp/b1', '--json')).toBe(0);
  expect(JSON.parse(process.out.text)).toMatchObject([
    { farm: 'ftp', backend: 'b1', port: server.port, status: 'OK', code: 'ok', steps: [{ name: 'connect' }, {}] },
  ]);
});

it('names the nearest farm when there is none of that name', async () => {
  await using process = await open(fastFarm([1]));
  expect(await process.run('check', 'fpt')).toBe(2);
  expect(process.err.text).toBe('no farm "fpt"; did you mean "ftp"?\n');
});

it('runs until SIGTERM, answers status meanwhile, and signals nothing on the way out', async () => {
  await using server = await createFtpServer();
  await using process = await open();
  const hook = join(process.folder, 'hook');
  await writeFile(hook, `#!/bin/sh\ncat >> ${process.folder}/told\n`);
  await chmod(hook, 0o755);
  const config = fastFarm([server.port], '', `[{ type: exec, command: [${hook}] }]`);
  await writeFile(join(process.folder, 'farm-guardian.yaml'), config);

  const running = process.run('run', '--log-format', 'json');
  await process.out.shows(/exec delivered up/);

  await using asker = await open();
  asker.env = { FARM_GUARDIAN_SOCKET: join(process.folder, 'guardian.sock') };
  expect(await asker.run('status')).toBe(0);
  expect(asker.out.text).toMatch(/^ftp\/b1 .* up .* ok .* OK /m);
  asker.out.text = '';
  expect(await asker.run('status', 'ftp/b1', '--json')).toBe(0);
  expect(JSON.parse(asker.out.text)).toMatchObject({ farms: [{ id: 'ftp', backends: [{ health: 'up' }] }] });
  expect(await asker.run('status', 'ftp/b7')).toBe(2);
  expect(asker.err.text).toBe('no backend in farm ftp "b7"; there are: b1\n');

  process.emit('SIGTERM');
  expect(await running).toBe(0);
  const told = (await readFile(join(process.folder, 'told'), 'utf8')).trim().split('\n');
  expect(told.map((line) => JSON.parse(line).state)).toEqual(['up']);
  const log = process.out.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(log.at(-1)).toMatchObject({ level: 30, signal: 'SIGTERM', msg: 'stopping: no state and no hook is touched' });
});

it('finds the socket by --socket, then the environment, then the config', async () => {
  await using process = await open(fastFarm([1]));
  expect(await process.run('status')).toBe(2);
  process.env = { FARM_GUARDIAN_SOCKET: '/tmp/of-env.sock' };
  expect(await process.run('status')).toBe(2);
  expect(await process.run('status', '--socket', '/tmp/of-flag.sock')).toBe(2);
  expect(process.err.text.match(/at \S+:/g)).toEqual([
    `at ${process.folder}/guardian.sock:`,
    'at /tmp/of-env.sock:',
    'at /tmp/of-flag.sock:',
  ]);
});

it('ends at once at a second SIGINT', async () => {
  await using server = await createFtpServer();
  await server.inject('silence');
  await using process = await open(fastFarm([server.port]));
  const running = process.run('run');
  await process.out.shows(/guardian runs/);
  process.emit('SIGINT');
  const exited = new Promise((resolve) => process.once('exit', resolve));
  process.emit('SIGINT');
  expect(await exited).toBe(130);
  expect(await running).toBe(0);
});

it('logs what nobody has caught and ends with exit 1', async () => {
  await using process = await open(fastFarm([await freePort()]));
  const running = process.run('run', '--log-format', 'json');
  await process.out.shows(/guardian runs/);
  const exited = new Promise((resolve) => process.once('exit', resolve));
  process.emit('uncaughtException', new Error('boom in a library'));
  expect(await exited).toBe(1);
  expect(process.out.text).toMatch(
    /"level":50,.*boom in a library.*"msg":"internal error: ending; nothing is signalled/,
  );
  process.emit('SIGTERM');
  expect(await running).toBe(0);
});

it('refuses a port in use, a second guardian, and a state folder that cannot be used: one line, exit 2', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await using inUse = await open(fastFarm([1]).replace('listen: off', `listen: "127.0.0.1:${port}"`));
  expect(await inUse.run('run')).toBe(2);
  expect(inUse.err.text).toMatch(new RegExp(`^127\\.0\\.0\\.1:${port} is in use: [^\n]+\n$`));
  taken.close();

  await using twin = await open(fastFarm([await freePort()]));
  const first = twin.run('run');
  await twin.out.shows(/guardian runs/);
  expect(await twin.run('run')).toBe(2);
  expect(twin.err.text).toMatch(/guardian\.sock is in use: is another guardian running\?[^\n]*\n$/);
  twin.emit('SIGTERM');
  expect(await first).toBe(0);

  await using spoilt = await open(fastFarm([1]));
  await writeFile(join(spoilt.folder, 'state'), 'a file');
  expect(await spoilt.run('run')).toBe(2);
  expect(spoilt.err.text).toMatch(/^state folder \S+\/state cannot be used: [^\n]+; choose another with stateDir\n$/);
});

it('sets a corrupt snapshot aside, says so, and starts clean', async () => {
  await using process = await open(fastFarm([await freePort()]));
  await mkdir(join(process.folder, 'state'));
  await writeFile(join(process.folder, 'state', 'snapshot.json'), 'not a snapshot');
  const running = process.run('run', '--log-format', 'json');
  await process.out.shows(/guardian runs/);
  process.emit('SIGTERM');
  expect(await running).toBe(0);
  expect(process.out.text).toContain('the snapshot is not usable: set aside, starting without it');
});

it('survives a SIGHUP while it starts, and one while it stops', async () => {
  await using process = await open(fastFarm([await freePort()]));
  process.on('newListener', (event) => {
    if (event === 'SIGHUP') queueMicrotask(() => process.emit('SIGHUP'));
  });
  const running = process.run('run', '--log-format', 'json');
  await process.out.shows(/guardian runs/);
  process.emit('SIGTERM');
  // Without a listener it would end the process.
  expect(process.emit('SIGHUP')).toBe(true);
  expect(await running).toBe(0);
  expect(process.listenerCount('SIGHUP')).toBe(0);
});

it('reads the config again that it was started with, whatever else would be found by now', async () => {
  await using process = await open();
  const started = join(process.folder, 'farm-guardian.yml');
  await writeFile(started, fastFarm([await freePort()]));
  const running = process.run('run', '--log-format', 'json');
  await process.out.shows(/guardian runs/);
  await writeFile(join(process.folder, 'farm-guardian.yaml'), 'farms: {}');
  await writeFile(started, fastFarm([await freePort(), await freePort()]));
  process.emit('SIGHUP');
  await process.out.shows(/"added":1,"removed":0,"msg":"reloaded"|is refused/);
  expect(process.out.text).toContain('"msg":"reloaded"');
  process.emit('SIGTERM');
  expect(await running).toBe(0);
});

it('goes on under another config on SIGHUP, and keeps the old one when the new one has a mistake', async () => {
  await using good = await createFtpServer();
  await using process = await open(fastFarm([good.port]));
  const running = process.run('run', '--log-format', 'json');
  await process.out.shows(/up: /);
  const file = join(process.folder, 'farm-guardian.yaml');
  await writeFile(file, fastFarm([good.port]).replace('rise: 1', 'rise: none'));
  process.emit('SIGHUP');
  await process.out.shows(/rise: must be a whole number.*the new config is refused, the old one stays/);
  await writeFile(file, fastFarm([good.port, await freePort()], 'snapshotMaxAge: 2h'));
  process.emit('SIGHUP');
  await process.out.shows(/"backend":"b2".*down: /s);
  expect(process.out.text).toMatch(/"kept":1,"changed":0,"added":1,"removed":0,"msg":"reloaded"/);
  await process.out.shows(/snapshotMaxAge has changed: that takes a restart/);
  process.emit('SIGTERM');
  expect(await running).toBe(0);
});

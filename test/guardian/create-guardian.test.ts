import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { type Checker, createGuardian, defineChecker, defineConfig, result } from '../../src/index.ts';
import { createFtpServer } from '../../src/testkit/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

it('watches a real server that breaks and heals, from a config in code', async () => {
  await using folder = await temporaryFolder();
  await using server = await createFtpServer({
    users: { probe: 'barn-door' },
    files: { 'sentinel.txt': 'all is well' },
  });
  await writeFile(join(folder.path, 'password'), 'barn-door');
  const config = defineConfig({
    stateDir: join(folder.path, 'state'),
    defaults: { interval: '100ms', fastInterval: '50ms', timeout: '8s', rise: 2, fall: 2 },
    farms: {
      ftp: {
        check: { type: 'ftp', user: 'probe', password: { file: join(folder.path, 'password') }, file: 'sentinel.txt' },
        backends: { b1: `127.0.0.1:${server.port}` },
      },
    },
  });
  await using guardian = await createGuardian(config, { checkers });
  const turned = () =>
    new Promise((resolve) => guardian.events.once('turned', ({ to, result }) => resolve(`${to} ${result.code}`)));
  expect(await turned()).toBe('up ok');
  await server.inject('auth-refused');
  expect(await turned()).toBe('down auth-failed');
  await server.heal();
  expect(await turned()).toBe('up ok');
});

it('takes a checker of your own', async () => {
  await using folder = await temporaryFolder();
  const options = (checkers[0] as Checker).options;
  const tide = defineChecker({
    name: 'tide',
    defaultPort: 1,
    options,
    check: async () => result({ status: 'CRITICAL', code: 'too-low', summary: 'the tide is out' }),
  });
  await using guardian = await createGuardian(
    {
      stateDir: folder.path,
      defaults: { interval: '50ms' },
      farms: { sea: { check: { type: 'tide' }, backends: { b: 'sea' } } },
    },
    { checkers: [tide] },
  );
  const code = await new Promise((resolve) => guardian.events.once('turned', ({ result }) => resolve(result.code)));
  expect(code).toBe('too-low');
});

it('rejects a config with every mistake in it', async () => {
  const config = { farms: { ftp: { check: { type: 'fpt' }, backends: { b1: 'a b' } } } };
  await expect(createGuardian(config, { checkers })).rejects.toThrow(
    /check\.type: .*did you mean "ftp"\?\n.*farms\.ftp\.backends\.b1: /,
  );
});

it('goes on under another config in code, and refuses one with a mistake', async () => {
  await using folder = await temporaryFolder();
  const farm = (...backends: string[]) => ({
    stateDir: folder.path,
    farms: { ftp: { check: { type: 'ftp' }, backends: Object.fromEntries(backends.map((id) => [id, `${id}.test`])) } },
  });
  await using guardian = await createGuardian(farm('b1', 'b2'), { checkers });
  expect(await guardian.reload(farm('b2', 'b3'))).toEqual({
    kept: ['ftp/b2'],
    changed: [],
    added: ['ftp/b3'],
    removed: ['ftp/b1'],
  });
  await expect(guardian.reload({ farms: {} })).rejects.toThrow('must have at least one farm');
  expect(guardian.status().farms[0]?.backends.map(({ id }) => id)).toEqual(['b2', 'b3']);
});

it('brings configs into force in the order they came, however long they are', async () => {
  await using folder = await temporaryFolder();
  const config = (count: number) => ({
    stateDir: folder.path,
    farms: {
      ftp: {
        check: { type: 'ftp' },
        backends: Object.fromEntries(Array.from({ length: count }, (_, n) => [`b${n}`, `127.0.0.1:${1 + n}`])),
      },
    },
  });
  await using guardian = await createGuardian(config(1), { checkers });
  const sizes: number[] = [];
  guardian.events.on('reload', () => void sizes.push(guardian.status().farms[0]?.backends.length ?? 0));
  await Promise.all([3_000, 2, 500].map((count) => guardian.reload(config(count))));
  expect(sizes).toEqual([3_000, 2, 500]);
});

it.each([undefined, {}, { checkers: 'ftp' }])('says what is missing when it is given %j', async (options) => {
  await expect(createGuardian({ farms: {} }, options as never)).rejects.toThrow(
    'createGuardian: name the kinds of check that the config may use',
  );
});

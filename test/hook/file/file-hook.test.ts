import { chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect } from 'vitest';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { fileHook } from '../../../src/hook/file/file-hook.ts';
import { fileHookOptions } from '../../../src/hook/file/options.ts';
import { silentLogger } from '../../../src/log/logger.ts';
import { itInFolder as it } from '../../temporary-folder.ts';
import { aChange, aFarm } from '../a-change.ts';

type Input = Readonly<Record<string, unknown>>;
type State = 'up' | 'drain' | 'down';

const { signal } = new AbortController();

const open = (input: Input) => {
  const driver = fileHook.create(v.parse(fileHookOptions, input), {
    clock: systemClock,
    log: silentLogger,
    farm: aFarm(),
  });
  const tell = (...states: (readonly [backend: string, state: State])[]) =>
    driver.apply(
      states.map(([backend, state]) => aChange({ backend, state, host: `10.2.0.1${backend.slice(1)}` })),
      signal,
    );
  const shown = async () =>
    [...((await driver.observe?.('ftp', signal)) ?? [])].map(([backend, { state }]) => `${backend} ${state}`);
  return { driver, tell, shown };
};

it('writes one JSON object for a farm, with all that is known of each backend', async ({ folder }) => {
  const { tell, shown } = open({ path: join(folder, '{farm}.json') });
  await tell(['b1', 'down']);
  await tell(['b2', 'up']);
  const { code, summary, sequence, at } = aChange();
  expect(JSON.parse(await readFile(join(folder, 'ftp.json'), 'utf8'))).toEqual({
    farm: 'ftp',
    vip: '10.1.0.100:21',
    backends: {
      b1: { host: '10.2.0.11', port: 21, state: 'down', code, summary, sequence, at },
      b2: { host: '10.2.0.12', port: 21, state: 'up', code, summary, sequence, at },
    },
  });
  expect(await shown()).toEqual(['b1 down', 'b2 up']);
});

it('writes a line for each backend, by the names it is given', async ({ folder }) => {
  const path = join(folder, 'ftp');
  const { tell, shown } = open({ path, format: 'lines', names: { b2: 'second' } });
  await tell(['b2', 'drain'], ['b1', 'up']);
  expect(await readFile(path, 'utf8')).toBe('b1 up 10.2.0.11 21\nsecond drain 10.2.0.12 21\n');
  expect(await shown()).toEqual(['b1 up', 'b2 drain']);
});

it('writes the numbers that keepalived tracks, a file for each backend', async ({ folder }) => {
  const { tell, shown } = open({ path: join(folder, '{farm}-{backend}'), format: 'keepalived' });
  await tell(['b1', 'up'], ['b2', 'down']);
  expect(await readFile(join(folder, 'ftp-b1'), 'utf8')).toBe('0\n');
  expect(await readFile(join(folder, 'ftp-b2'), 'utf8')).toBe('2\n');
  await tell(['b1', 'drain']);
  expect(await readFile(join(folder, 'ftp-b1'), 'utf8')).toBe('1\n');
  expect(await shown()).toEqual(['b1 drain', 'b2 down']);
});

it.for(['json', 'lines'])('keeps the other backends over a restart, as %s', async (format, { folder }) => {
  const path = join(folder, 'ftp');
  await open({ path, format }).tell(['b1', 'down'], ['b2', 'up']);
  const { tell, shown } = open({ path, format });
  expect(await shown()).toEqual(['b1 down', 'b2 up']);
  await tell(['b2', 'down']);
  expect(await shown()).toEqual(['b1 down', 'b2 down']);
});

it('does not touch a file that says it all already', async ({ folder }) => {
  const path = join(folder, 'ftp');
  const { tell } = open({ path });
  await tell(['b1', 'down']);
  await utimes(path, 1, 1);
  await tell(['b1', 'down']);
  expect((await stat(path)).mtimeMs).toBe(1_000);
});

it.for([
  ['another state', 'b1 up 10.2.0.11 21\nb2 up 10.2.0.12 21\n'],
  ['a line more', 'b1 down 10.2.0.11 21\nb2 up 10.2.0.12 21\nb3 up 10.2.0.13 21\n'],
  ['a line less', 'b1 down 10.2.0.11 21\n'],
  ['nothing', ''],
  ['garbage', '\u0000\u0001'],
] as const)('sees that somebody else wrote %s, and corrects it', async ([, text], { folder }) => {
  const path = join(folder, 'ftp');
  const { tell, shown } = open({ path, format: 'lines' });
  await tell(['b1', 'down'], ['b2', 'up']);
  await writeFile(path, text);
  expect(await shown()).toEqual([]);
  await tell(['b1', 'down'], ['b2', 'up']);
  expect(await readFile(path, 'utf8')).toBe('b1 down 10.2.0.11 21\nb2 up 10.2.0.12 21\n');
});

it.for(['{}', '[1]', 'null', '{"backends":{"b1":{"state":"sideways"}}}', '{"backends":{"b1":null}}', '{'])(
  'takes nothing from %s, and writes over it',
  async (text, { folder }) => {
    const path = join(folder, 'ftp');
    await writeFile(path, text);
    const { tell, shown } = open({ path });
    expect(await shown()).toEqual([]);
    await tell(['b1', 'up']);
    expect(await shown()).toEqual(['b1 up']);
  },
);

it('keeps mode and owner of a file that is there, and makes others readable by everybody', async ({ folder }) => {
  const [old, fresh] = [join(folder, 'old'), join(folder, 'fresh')];
  await writeFile(old, '');
  await chmod(old, 0o640);
  const uid = process.getuid?.() === 0 ? 1 : (process.getuid?.() ?? 0);
  await chown(old, uid, process.getgid?.() ?? 0);
  await open({ path: old }).tell(['b1', 'up']);
  await open({ path: fresh }).tell(['b1', 'up']);
  expect(await stat(old)).toMatchObject({ mode: 0o100640, uid });
  expect((await stat(fresh)).mode).toBe(0o100644);
});

it.for([
  ['a missing folder', 'gone/ftp', 'its folder does not exist'],
  ['a file for a folder', 'file/ftp', 'a part of its path is a file'],
  ['a directory in the way', 'folder', 'it is a directory'],
  ['a symbolic link', 'link', 'it is a symbolic link'],
  ['a link that leads nowhere', 'dangling', 'it is a symbolic link'],
  ['a name too long', 'x'.repeat(300), 'its name is too long'],
] as const)('says that it cannot write because of %s, and leaves nothing', async ([, name, why], { folder }) => {
  await writeFile(join(folder, 'file'), 'untouched');
  await mkdir(join(folder, 'folder'));
  await symlink(join(folder, 'file'), join(folder, 'link'));
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling'));
  const before = (await readdir(folder)).sort();
  const path = join(folder, name);
  await expect(open({ path }).tell(['b1', 'up'])).rejects.toThrow(new Error(`cannot write ${path}: ${why}`));
  expect((await readdir(folder)).sort()).toEqual(before);
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('untouched');
});

it('takes no device for a file', async () => {
  await expect(open({ path: '/dev/full' }).tell(['b1', 'up'])).rejects.toThrow('it is no regular file');
});

it('writes what can be written when one of several files cannot', async ({ folder }) => {
  await mkdir(join(folder, 'b1'));
  const { tell, shown } = open({ path: join(folder, '{backend}'), format: 'lines' });
  await expect(tell(['b1', 'up'], ['b2', 'up'])).rejects.toMatchObject({
    name: 'PartialFailure',
    failed: new Map([['b1', `cannot write ${join(folder, 'b1')}: it is a directory`]]),
  });
  expect(await shown()).toEqual(['b2 up']);
});

it('writes through no link that stands where its temporary file goes', async ({ folder }) => {
  const [path, victim] = [join(folder, 'ftp'), join(folder, 'victim')];
  await writeFile(victim, 'untouched');
  await symlink(victim, `${path}.new`);
  await open({ path }).tell(['b1', 'up']);
  expect(await readFile(victim, 'utf8')).toBe('untouched');
  expect((await readdir(folder)).sort()).toEqual(['ftp', 'victim']);
});

it('is whole at every instant while it is rewritten', async ({ folder }) => {
  const path = join(folder, 'ftp');
  const { tell } = open({ path });
  await tell(['b1', 'up']);
  let writing = true;
  const read = async () => {
    const seen = new Set<string>();
    while (writing) seen.add(JSON.parse(await readFile(path, 'utf8')).backends.b1.state);
    return seen;
  };
  const reading = read();
  for (let i = 0; i < 20; i++) await tell(['b1', i % 2 ? 'up' : 'down']);
  writing = false;
  expect([...(await reading)].every((state) => state === 'up' || state === 'down')).toBe(true);
});

it('reads back what it wrote, whatever a backend said', async ({ folder }) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('json', 'lines'),
      fc.array(fc.tuple(fc.constantFrom('b1', 'b2'), fc.constantFrom<State>('up', 'drain', 'down')), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.string({ unit: 'binary' }),
      async (format, told, summary) => {
        const path = join(folder, 'ftp');
        await rm(path, { force: true });
        const { driver, shown } = open({ path, format });
        for (const [backend, state] of told) await driver.apply([aChange({ backend, state, summary })], signal);
        const last = new Map<string, State>(told);
        const expected = ['b1', 'b2'].filter((b) => last.has(b)).map((b) => `${b} ${last.get(b)}`);
        expect(await shown()).toEqual(expected);
        expect(await open({ path, format }).shown()).toEqual(expected);
      },
    ),
    { numRuns: 15 },
  );
});

it('says before the start that a folder is missing', async ({ folder }) => {
  const look = (input: Input) => fileHook.preflight(v.parse(fileHookOptions, input), aFarm());
  expect(await look({ path: join(folder, 'ftp') })).toBeUndefined();
  expect(await look({ path: join(folder, 'gone/ftp') })).toBe(`no folder ${join(folder, 'gone')}`);
  expect(await look({ path: join(folder, 'ftp'), names: { b7: 'x' } })).toContain('has no such backend');
});

it.for([
  [{}, 'Expected "path"'],
  [{ path: '' }, 'must not be empty'],
  [{ path: '/run/{frm}' }, 'has an unknown field {frm}; there are {farm} {backend}'],
  [{ path: '/run/x', format: 'xml' }, 'must be one of json, lines, keepalived'],
  [{ path: '/run/{farm}', format: 'keepalived' }, 'needs {backend} in it'],
] as const)('refuses the options %j', ([options, message]) => {
  const { issues } = v.safeParse(fileHookOptions, options);
  expect(issues?.map((issue) => issue.message).join()).toContain(message);
});

it('keeps its files for itself, and names without a blank for lines', async ({ folder }) => {
  const options = (input: Input) => v.parse(fileHookOptions, input);
  expect(fileHook.claims?.(options({ path: join(folder, '{farm}') }), aFarm(2))).toEqual([join(folder, 'ftp')]);
  expect(fileHook.claims?.(options({ path: join(folder, '{backend}') }), aFarm(2))).toEqual([
    join(folder, 'b1'),
    join(folder, 'b2'),
  ]);
  const input = { path: join(folder, 'ftp'), names: { b1: 'web 1' } };
  expect(await fileHook.preflight(options(input), aFarm(2))).toBeUndefined();
  expect(await fileHook.preflight(options({ ...input, format: 'lines' }), aFarm(2))).toBe(
    'names.b1: "web 1" has a blank, which format lines has no place for',
  );
});

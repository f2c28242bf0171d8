import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { kebabCase } from '../../src/checker/options.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { parseConfig } from '../../src/config/index.ts';
import { farmSchema, guardSchema, rootSchema } from '../../src/config/schema.ts';
import { hookTypes } from '../../src/hook/index.ts';
import { templateFields } from '../../src/hook/template.ts';
import { entryTypes } from '../../src/journal/journal-entry.ts';
import { flagsOf } from '../../src/plugin/flag.ts';
import { Metrics } from '../../src/status/metrics.ts';
import { TestProcess } from '../cli/a-process.ts';
import { showing, status } from '../status/a-status.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFile(join(root, file), 'utf8');
const registry = { checkers, hooks: hookTypes };

it('has an example config that can be used', async () => {
  const { farms } = parseConfig(await read('examples/farm-guardian.yaml'), 'examples/farm-guardian.yaml', registry);
  expect(farms.map(({ id, check }) => `${id} ${check.checker.name}`)).toEqual([
    'ftp ftp',
    'pxe tftp',
    'sftp ssh',
    'smtp exec',
  ]);
});

it('shows a config in the README that can be used', async () => {
  const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(await read('README.md')) ?? [];
  expect(parseConfig(yaml, 'README.yaml', registry).farms).toHaveLength(2);
});

it('documents every key of a config', async () => {
  const page = await read('docs/config.md');
  const keys = [rootSchema, farmSchema, guardSchema].flatMap(({ entries }) => Object.keys(entries));
  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual(['$schema']);
});

it('documents every field that a hook is given', async () => {
  const page = await read('docs/hooks.md');
  expect(templateFields.filter((field) => !page.includes(`\`{${field}}\``))).toEqual([]);
  expect(templateFields.filter((field) => !page.includes(`\`FARM_GUARDIAN_${field.toUpperCase()}\``))).toEqual([]);
});

it('documents every option that the commands have in common', async () => {
  const page = await read('docs/commands.md');
  const [ftp] = checkers;
  if (!ftp) throw new Error('no checkers');
  const own = new Set(Object.keys(ftp.options.entries).map(kebabCase));
  const common = flagsOf(ftp).filter(({ long, help }) => help && !own.has(long.replace(/-(file|env)$/, '')));
  expect(common.length).toBeGreaterThan(10);
  expect(common.filter(({ long }) => !page.includes(`--${long}`))).toEqual([]);
});

it('documents every command of farm-guardian', async () => {
  const page = await read('docs/cli.md');
  await using process = await TestProcess.open();
  await process.run('--help');
  const commands = [...process.out.text.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name = '']) => name);
  expect(commands.length).toBeGreaterThan(12);
  expect(commands.filter((name) => name !== 'help' && !page.includes(`\`${name}`))).toEqual([]);
});

it('documents every metric', async () => {
  const page = await read('docs/http.md');
  const metrics = new Metrics(new ManualClock());
  let text = '';
  for await (const slice of metrics.text(showing(status))) text += slice;
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(12);
  expect(names.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});

it('documents every type of entry in the journal', async () => {
  const page = await read('docs/daemon.md');
  expect(entryTypes.filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
});

it.each([
  ['README.md'],
  ['CONTRIBUTING.md'],
  ['docs/cli.md'],
  ['docs/commands.md'],
  ['docs/config.md'],
  ['docs/hooks.md'],
  ['docs/http.md'],
  ['docs/daemon.md'],
])('%s links only to what is there', async (file) => {
  const links = [...(await read(file)).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
  const missing = await Promise.all(
    links.map((link) =>
      readFile(join(root, file, '..', link)).then(
        () => [],
        () => [link],
      ),
    ),
  );
  expect(missing.flat()).toEqual([]);
});

it('has an example hook that tells HAProxy what is desired', async () => {
  await using temporary = await temporaryFolder();
  const folder = temporary.path;
  const socat = join(folder, 'socat');
  await writeFile(socat, `#!/bin/sh\necho "$*" >> ${folder}/told; cat >> ${folder}/told\n`);
  await chmod(socat, 0o755);
  const hook = (...args: string[]) =>
    promisify(execFile)(join(root, 'examples/on-change'), args, { env: { PATH: `${folder}:/usr/bin:/bin` } });
  for (const state of ['up', 'drain', 'down']) await hook('ftp', 'b1', state);
  await expect(hook('ftp', 'b1', 'sideways')).rejects.toThrow('unknown state sideways');
  const connection = '-t 5 - /run/haproxy/admin.sock\n';
  expect(await readFile(join(folder, 'told'), 'utf8')).toBe(
    ['ready', 'drain', 'maint'].map((state) => `${connection}set server ftp/b1 state ${state}\n`).join(''),
  );
});

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { registry } from './registry.ts';

const text = 'farms: { ftp: { check: { type: ftp, tlsCa: ca.pem }, backends: { b1: 10.2.0.11 } } }\n';

const messageOf = async (loading: Promise<unknown>): Promise<string> =>
  loading.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('a named config', () => {
  it('is read, relative to the current folder', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'conf'));
    await writeFile(join(folder.path, 'conf/any.name'), text);
    const config = await loadConfig('conf/any.name', registry, { cwd: folder.path });
    expect(config.file).toBe(join(folder.path, 'conf/any.name'));
    expect(config.farms[0]?.check.options).toEqual({ tlsCa: join(folder.path, 'conf/ca.pem') });
  });

  it('may begin with a byte order mark', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'bom.json'), `\uFEFF${JSON.stringify({ farms: {} })}`);
    const loading = loadConfig('bom.json', registry, { cwd: folder.path });
    expect(await messageOf(loading)).toBe('ConfigError: bom.json:1:10: farms: must have at least one farm');
  });

  it.each<[string, (path: string) => unknown, string]>([
    ['is absent', () => {}, 'does not exist'],
    ['is a folder', (path) => mkdir(path), 'is a directory, not a file'],
    ['is a FIFO', (path) => execFileSync('mkfifo', [path]), 'is not a regular file'],
    ['is too large', (path) => writeFile(path, Buffer.alloc(4 * 1024 * 1024 + 1, '#')), 'is larger than 4 MiB'],
    ['is not UTF-8', (path) => writeFile(path, Buffer.from('# caf\xe9\n', 'latin1')), 'is not UTF-8 text'],
    ['is UTF-16', (path) => writeFile(path, Buffer.from('\uFEFFfarms: {}', 'utf16le')), 'is not UTF-8 text'],
  ])('is refused in one line when it %s', async (_, make, message) => {
    await using folder = await temporaryFolder();
    await make(join(folder.path, 'broken.yaml'));
    const loading = loadConfig('broken.yaml', registry, { cwd: folder.path });
    expect(await messageOf(loading)).toBe(`ConfigError: broken.yaml: ${message}`);
  });

  it('is refused when it is a device that never ends', async () => {
    expect(await messageOf(loadConfig('/dev/zero', registry))).toBe('ConfigError: /dev/zero: is not a regular file');
  });

  it('is refused when its path runs through a file', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'file'), text);
    expect(await messageOf(loadConfig('file/conf.yaml', registry, { cwd: folder.path }))).toBe(
      'ConfigError: file/conf.yaml: does not exist: a part of its path is a file',
    );
  });

  it('is refused when it may not be read', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'locked.yaml'), text);
    await chmod(join(folder.path, 'locked.yaml'), 0);
    using _nobody = asNobody();
    expect(await messageOf(loadConfig('locked.yaml', registry, { cwd: folder.path }))).toBe(
      'ConfigError: locked.yaml: cannot be read: permission denied',
    );
  });

  it.each([
    ['', '1:1: the file is empty'],
    ['  \n\n', '1:1: the file is empty'],
    ['---\n', '1:1: the file is empty'],
  ])('is refused when it is empty: %j', async (empty, message) => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'empty.yaml'), empty);
    const loading = loadConfig('empty.yaml', registry, { cwd: folder.path });
    expect(await messageOf(loading)).toBe(`ConfigError: empty.yaml:${message}`);
  });
});

describe('a config that is found', () => {
  it('is named in messages as seen from the current folder', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'farm-guardian.yaml'), `${text}lisen: off\n`);
    expect(await messageOf(loadConfig(undefined, registry, { cwd: folder.path }))).toBe(
      'ConfigError: farm-guardian.yaml:2:1: lisen: unknown key; did you mean "listen"?',
    );
  });

  it('is named in full when it lies above', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'farm-guardian.yml');
    await mkdir(join(folder.path, 'below'));
    await writeFile(file, '');
    expect(await messageOf(loadConfig(undefined, registry, { cwd: join(folder.path, 'below') }))).toBe(
      `ConfigError: ${file}:1:1: the file is empty`,
    );
  });
});

/** Root may read everything, so it is somebody else for a while. */
const asNobody = (): Disposable => {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  return { [Symbol.dispose]: () => void (root && process.seteuid?.(0)) };
};

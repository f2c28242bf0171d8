import { execFileSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConfig } from '../../src/config/find.ts';

/** `home/farm/deep` and `etc`, with these files in them. */
const tree = async (...files: readonly string[]) => {
  const root = await mkdtemp(join(tmpdir(), 'farm-guardian-find-'));
  const home = join(root, 'home');
  const system = join(root, 'etc');
  await mkdir(join(home, 'farm/deep'), { recursive: true });
  await mkdir(system);
  for (const file of files) await writeFile(join(root, file), 'farms: {}');
  return {
    root,
    find: () => findConfig({ cwd: join(home, 'farm/deep'), home, system }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
};

describe('the search for a config', () => {
  it.each([
    [
      'here',
      ['home/farm/deep/farm-guardian.yaml', 'home/farm/farm-guardian.yaml'],
      'home/farm/deep/farm-guardian.yaml',
    ],
    ['above', ['home/farm/farm-guardian.json', 'home/farm-guardian.yaml'], 'home/farm/farm-guardian.json'],
    ['at home', ['home/farm-guardian.yml', 'etc/farm-guardian.yaml'], 'home/farm-guardian.yml'],
    ['in the system’s folder', ['farm-guardian.yaml', 'etc/farm-guardian.yaml'], 'etc/farm-guardian.yaml'],
    ['as yaml first', ['home/farm/farm-guardian.json', 'home/farm/farm-guardian.yaml'], 'home/farm/farm-guardian.yaml'],
    ['as yml next', ['home/farm/farm-guardian.json', 'home/farm/farm-guardian.yml'], 'home/farm/farm-guardian.yml'],
    [
      'by no other name',
      ['home/farm/.farm-guardianrc', 'home/farm/farm-guardian.js', 'etc/farm-guardian.json'],
      'etc/farm-guardian.json',
    ],
  ])('finds it %s', async (_, files, found) => {
    await using place = await tree(...files);
    expect(await place.find()).toBe(join(place.root, found));
  });

  it('says where it looked when there is none', async () => {
    await using place = await tree('farm-guardian.yaml');
    await expect(place.find()).rejects.toMatchObject({
      name: 'ConfigError',
      message: `farm-guardian.yaml, farm-guardian.yml, farm-guardian.json: none of them here, in a folder above, or in ${place.root}/etc; name a config with -c`,
    });
  });

  it('ends at the root for a folder outside the home', async () => {
    await using place = await tree('etc/farm-guardian.yaml');
    const found = findConfig({ cwd: place.root, home: '/nowhere', system: join(place.root, 'etc') });
    expect(await found).toBe(join(place.root, 'etc/farm-guardian.yaml'));
  });

  it('passes over a folder of that name', async () => {
    await using place = await tree('home/farm-guardian.yaml');
    await mkdir(join(place.root, 'home/farm/farm-guardian.yaml'));
    expect(await place.find()).toBe(join(place.root, 'home/farm-guardian.yaml'));
  });

  it('does not wait on a FIFO', async () => {
    await using place = await tree();
    const fifo = join(place.root, 'home/farm/farm-guardian.yaml');
    execFileSync('mkfifo', [fifo]);
    await expect(place.find()).rejects.toThrow(`${fifo}: is not a regular file`);
  });

  it('does not read a file that is too large', async () => {
    await using place = await tree();
    const file = join(place.root, 'home/farm/farm-guardian.yaml');
    await writeFile(file, Buffer.alloc(4 * 1024 * 1024 + 1, '#'));
    await expect(place.find()).rejects.toThrow(`${file}: is larger than 4 MiB`);
  });

  it.runIf(process.getuid?.() === 0)('refuses a file of another user, who could make us run commands', async () => {
    await using place = await tree('home/farm/farm-guardian.yaml');
    const file = join(place.root, 'home/farm/farm-guardian.yaml');
    await chown(file, 12_345, 12_345);
    await expect(place.find()).rejects.toThrow(
      `${file}: belongs to another user (uid 12345), so it is not used unasked; name it with -c if you trust it`,
    );
  });

  it('leaves the current folder as it was', async () => {
    await using place = await tree('etc/farm-guardian.yaml');
    const before = process.cwd();
    await place.find();
    expect(process.cwd()).toBe(before);
  });
});

import { readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock/system-clock.ts';
import { fileHook } from '../../src/hook/file/file-hook.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { aChange, aFarm } from '../hook/a-change.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { needs } from './debian-program.ts';
import { FullDisk } from './full-disk.ts';

const { signal } = new AbortController();

beforeEach((context) => needs(context, { debian: 'mount', path: '/usr/bin/mount' }));

it('keeps the old file whole on a full disk, and writes once there is room', async () => {
  await using temporary = await temporaryFolder();
  const folder = temporary.path;
  await using _disk = await FullDisk.mount(folder);
  const ballast = join(folder, 'ballast');
  const path = join(folder, 'ftp');
  const options = { path, format: 'lines', names: undefined, resync: undefined } as const;
  const driver = fileHook.create(options, { clock: systemClock, log: silentLogger, farm: aFarm() });
  await truncate(ballast, 48 * 1024);
  await driver.apply([aChange({ state: 'up' })], signal);
  await rm(ballast);
  await FullDisk.fill(folder);

  const told = driver.apply([aChange({ state: 'down' })], signal);
  await expect(told).rejects.toThrow(`cannot write ${path}: the disk is full`);
  expect(await readFile(path, 'utf8')).toBe('b1 up 10.2.0.11 21\n');
  expect((await readdir(folder)).sort()).toEqual(['ballast', 'ftp']);

  await rm(ballast);
  await driver.apply([aChange({ state: 'down' })], signal);
  expect(await readFile(path, 'utf8')).toBe('b1 down 10.2.0.11 21\n');
});

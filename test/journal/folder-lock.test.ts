import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { FolderLock, LockedError } from '../../src/journal/folder-lock.ts';
import { itInFolder as it } from '../temporary-folder.ts';

it('keeps a second one out until the first lets go, and leaves nothing behind', async ({ folder }) => {
  {
    await using _first = await FolderLock.take(folder);
    await expect(FolderLock.take(folder)).rejects.toThrow(LockedError);
    await expect(FolderLock.take(folder)).rejects.toThrow('another guardian uses it');
  }
  expect(await readdir(folder)).toEqual([]);
  await using _second = await FolderLock.take(folder);
});

it('takes over the lock of a process that was killed', async ({ folder }) => {
  const lock = join(folder, 'guardian-1.lock');
  const holder = `require('node:net').createServer().listen(${JSON.stringify(lock)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', holder]), 'exit');
  expect(await readdir(folder)).toEqual(['guardian-1.lock']);
  await writeFile(join(folder, 'guardian-0a1b2c3d.new'), '');
  await using _lock = await FolderLock.take(folder);
  await expect(FolderLock.take(folder)).rejects.toThrow(LockedError);
  expect(await readdir(folder)).toEqual(['guardian-2.lock']);
});

it('gives a dead lock to exactly one of many who want it at once', async ({ folder }) => {
  for (let round = 0; round < 5; round++) {
    await writeFile(join(folder, 'guardian-1.lock'), 'what a reboot may leave');
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => FolderLock.take(folder)));
    const winners = takers.flatMap((taker) => (taker.status === 'fulfilled' ? [taker.value] : []));
    expect(winners).toHaveLength(1);
    for (const winner of winners) await winner[Symbol.asyncDispose]();
  }
  expect(await readdir(folder)).toEqual([]);
});

it('works in a folder whose path is too long for a socket', async ({ folder }) => {
  const deep = join(folder, 'd'.repeat(100));
  await mkdir(deep);
  await using _lock = await FolderLock.take(deep);
  await expect(FolderLock.take(deep)).rejects.toThrow(LockedError);
});

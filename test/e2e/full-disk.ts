import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { daemon } from './ftp-setup.ts';

const run = promisify(execFile);

/** A file system in memory of 64 KiB, without a byte left. */
export class FullDisk implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Mounts one on this folder. */
  static async mount(folder: string): Promise<FullDisk> {
    const { uid, gid } = daemon;
    await run('mount', ['-t', 'tmpfs', '-o', `size=64k,uid=${uid},gid=${gid},mode=755`, 'tmpfs', folder]);
    const disk = new FullDisk(folder);
    try {
      await FullDisk.fill(folder);
      return disk;
    } catch (error) {
      await disk[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Takes what room there is left, with the file `ballast`. */
  static async fill(folder: string): Promise<void> {
    await writeFile(join(folder, 'ballast'), Buffer.alloc(64 * 1024)).catch((error) => {
      if (error.code !== 'ENOSPC') throw error;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Lazily: a server may have its files open until it is gone.
    await run('umount', ['--lazy', this.#folder]);
  }
}

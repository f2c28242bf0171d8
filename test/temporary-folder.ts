import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';

/** A folder of its own for a test, gone at the end of its `await using`. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** A path inside it. */
  at(name: string): string;
}

/** Makes a {@link TemporaryFolder}. */
export const temporaryFolder = async (): Promise<TemporaryFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'farm-guardian-'));
  return { path, at: (name) => join(path, name), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
};

/** `it` for tests that take a `folder` of their own. */
export const itInFolder = it.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern
  folder: async ({}, use) => {
    await using folder = await temporaryFolder();
    await use(folder.path);
  },
});

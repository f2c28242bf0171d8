import { relative, resolve } from 'node:path';
import type { Config, Described, Registry } from './config.ts';
import { ConfigError, unreadable } from './config-error.ts';
import { currentFolder, findConfig } from './find.ts';
import { parseConfig } from './parse-config.ts';
import { readTextFile, UnreadableFile } from './read-file.ts';

/** Where the process stands. */
export interface LoadEnvironment {
  /** Relative files are relative to it, and the search begins there. Default the current folder. */
  readonly cwd: string;
}

/**
 * Reads and validates a config file.
 *
 * @param file the file, or `undefined` to look for one: see `findConfig`
 * @throws ConfigError when there is none, when it cannot be read, or with every problem in it
 */
export const loadConfig = async <Hook extends Described>(
  file: string | undefined,
  registry: Registry<Hook>,
  { cwd }: LoadEnvironment = { cwd: currentFolder() },
): Promise<Config<Hook>> => {
  const path = file === undefined ? await findConfig({ cwd }) : resolve(cwd, file);
  try {
    return parseConfig(await readTextFile(path), path, registry);
  } catch (error) {
    const shown = file ?? nearPath(cwd, path);
    if (error instanceof ConfigError) throw new ConfigError(shown, error.problems);
    if (!(error instanceof UnreadableFile)) throw error;
    throw unreadable(shown, error.message);
  }
};

/** Relative where that is shorter: below the current folder. */
const nearPath = (cwd: string, path: string): string => {
  const near = relative(cwd, path);
  return near.startsWith('..') ? path : near;
};

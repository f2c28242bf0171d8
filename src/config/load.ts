import { relative, resolve } from 'node:path';
import type { Config, Described, Registry } from './config.ts';
import { ConfigError, unreadable } from './config-error.ts';
import { currentFolder, findConfig } from './find.ts';
import { parseAside } from './parse-aside.ts';
import { configIn, isJson } from './parse-config.ts';
import { parseSource } from './parse-source.ts';
import { readTextFile, UnreadableFile } from './read-file.ts';

/** Where the process stands. */
export interface LoadEnvironment {
  /** Relative files are relative to it, and the search begins there. Default the current folder. */
  readonly cwd: string;
  /** Whether a long file is parsed on a thread of its own, because others must not wait for it. Default false. */
  readonly aside?: boolean;
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
  { cwd, aside = false }: LoadEnvironment = { cwd: currentFolder() },
): Promise<Config<Hook>> => {
  const path = file === undefined ? await findConfig({ cwd }) : resolve(cwd, file);
  try {
    const parse = aside ? parseAside : parseSource;
    return configIn(await parse(await readTextFile(path), isJson(path)), path, registry);
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

import { relative, resolve } from 'node:path';
import { inOneGo, inSlices } from '../clock/slices.ts';
import type { Config, Described, Registry } from './config.ts';
import { ConfigError, unreadable } from './config-error.ts';
import { currentFolder, findConfig } from './find.ts';
import type { KnownFarms } from './known-farms.ts';
import { parseAside } from './parse-aside.ts';
import { configIn, isJson } from './parse-config.ts';
import { parseSource } from './parse-source.ts';
import { readTextFile, UnreadableFile } from './read-file.ts';

/** Where the process stands. */
export interface LoadEnvironment<Hook extends Described = Described> {
  /** Relative files are relative to it, and the search begins there. Default the current folder. */
  readonly cwd: string;
  /** Whether others must not wait for it: it is then read in slices, what takes long on a thread of its own. Default false. */
  readonly aside?: boolean;
  /** Farms to take over where they are written as they were; from then on those of this config. */
  readonly known?: KnownFarms<Hook>;
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
  { cwd, aside = false, known }: LoadEnvironment<Hook> = { cwd: currentFolder() },
): Promise<Config<Hook>> => {
  const path = file === undefined ? await findConfig({ cwd }) : resolve(cwd, file);
  try {
    const text = await readTextFile(path);
    const source = aside ? await parseAside(text, isJson(path)) : parseSource(text, isJson(path));
    const config = configIn(source, path, registry, known);
    return aside ? await inSlices(config) : inOneGo(config);
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

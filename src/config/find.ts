import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { cosmiconfig } from 'cosmiconfig';
import { unreadable } from './config-error.ts';
import { openRegularFile } from './read-file.ts';

/** The names of a config file, the first one wins. */
const names = ['farm-guardian.yaml', 'farm-guardian.yml', 'farm-guardian.json'];

/** Where a package or an administrator puts the config of the daemon. */
const systemFolder = '/etc/farm-guardian';

/** Where a config is looked for. */
export interface SearchPlaces {
  readonly cwd: string;
  /** The search upwards ends here. Default the user's home. */
  readonly home?: string;
  /** Looked at last. Default `/etc/farm-guardian`. */
  readonly system?: string;
}

/**
 * Finds `farm-guardian.yaml`, `.yml` or `.json` in the current folder, in those above it up to the home folder or the
 * root, and then in `/etc/farm-guardian`. Runs no code on its way, whatever lies there.
 *
 * @returns the file's absolute path
 * @throws ConfigError when there is none, or when it belongs to another user, who could make us run commands
 */
export const findConfig = async ({ cwd, home = homedir(), system = systemFolder }: SearchPlaces): Promise<string> => {
  const explorer = createExplorer();
  for (const folder of [...foldersUp(resolve(cwd), home), system]) {
    for (const name of names) await refuseOddFile(join(folder, name));
    const found = await explorer.search(folder);
    if (found) return found.filepath;
  }
  throw unreadable(names.join(', '), `none of them here, in a folder above, or in ${system}; name a config with -c`);
};

/** The current folder; the root when it has been deleted under us. */
export const currentFolder = (): string => {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
};

/** Loads nothing: the file is read once more, with its bounds and its places. */
const nameOnly = (): object => ({});

/** For whatever cosmiconfig would run or import by default. */
const refuse = (file: string): never => {
  throw new Error(`${file} is not a config file`);
};

/**
 * Creating an explorer makes cosmiconfig look for settings of its own in the current folder, `.config/config.cjs`
 * among them, and run them. So it is created in the folder of this very file, whose code runs anyway.
 */
const createExplorer = () => {
  if (!isMainThread) throw unreadable(names.join(', '), 'cannot be looked for in a worker thread; name a config');
  const cwd = currentFolder();
  process.chdir(import.meta.dirname);
  try {
    return cosmiconfig('farm-guardian', {
      searchPlaces: names,
      searchStrategy: 'none',
      ignoreEmptySearchPlaces: false,
      cache: false,
      loaders: {
        '.yaml': nameOnly,
        '.yml': nameOnly,
        '.json': nameOnly,
        '.js': refuse,
        '.cjs': refuse,
        '.mjs': refuse,
        '.ts': refuse,
        noExt: refuse,
      },
    });
  } finally {
    process.chdir(cwd);
  }
};

const foldersUp = (from: string, home: string): string[] => {
  const above = dirname(from);
  return from === home || above === from ? [from] : [from, ...foldersUp(above, home)];
};

/** cosmiconfig would wait for ever on a FIFO, and pass over a file that it may not read. */
const refuseOddFile = async (path: string): Promise<void> => {
  const info = await stat(path).catch(() => undefined);
  if (!info || info.isDirectory()) return;
  if (info.uid !== 0 && info.uid !== process.getuid?.())
    throw unreadable(
      path,
      `belongs to another user (uid ${info.uid}), so it is not used unasked; name it with -c if you trust it`,
    );
  const file = await openRegularFile(path).catch((error: Error) => {
    throw unreadable(path, error.message);
  });
  await file.close();
};

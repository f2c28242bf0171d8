import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { nearestWord } from '../../src/checker/index.ts';

/** Where the packages of distributions and the originals put plugins. */
export const usualFolders: readonly string[] = [
  '/usr/lib/nagios/plugins',
  '/usr/lib64/nagios/plugins',
  '/usr/lib/monitoring-plugins',
  '/usr/libexec/nagios',
  '/usr/libexec/monitoring-plugins',
  '/usr/local/libexec/nagios',
  '/usr/local/nagios/libexec',
];

/** Where a plugin is, or why it cannot be run. */
export type Found = { readonly file: string } | { readonly fault: string };

/** Looks for a plugin: an absolute path, or a name in these folders, in their order. */
export const findPlugin = (program: string, folders: readonly string[]): Found => {
  let fault: string | undefined;
  for (const file of isAbsolute(program) ? [program] : folders.map((folder) => join(folder, program))) {
    const why = whyNot(file);
    if (why === undefined) return { file };
    if (why !== 'ENOENT') fault ??= `${file} ${why}`;
  }
  return { fault: fault ?? (isAbsolute(program) ? `${program} does not exist` : `no plugin ${program}`) };
};

/** The name in these folders, or among `others`, that was probably meant. */
export const nearestPlugin = (program: string, folders: readonly string[], others: readonly string[]) =>
  isAbsolute(program) ? undefined : nearestWord(program, [...folders.flatMap(namesIn), ...others]);

const whyNot = (file: string): string | undefined => {
  try {
    if (!statSync(file).isFile()) return 'is no file';
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'ENOENT' : 'is not executable';
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

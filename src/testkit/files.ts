import { posix } from 'node:path';

/**
 * The files of a test server by path; a leading `/` makes no difference, and a path that ends in `/` is an empty
 * folder. May be changed while it runs.
 */
export type TestFiles = Map<string, string | Uint8Array>;

/** Faults that concern a file, in every protocol. */
export type FileFault = 'wrong-content' | 'missing-file';

/** Asks whether a fault is in force. */
export interface ActiveFaults<Fault extends string> {
  has(fault: Fault): boolean;
}

/** What a server with `wrong-content` gives for every file it has. */
export const wrongContent = 'not what you asked for\n';

/** One line of a folder's listing. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
  /** In bytes; 0 for a folder. */
  readonly size: number;
}

/** Makes a path absolute and canonical, as seen from `folder`; it cannot climb above the root. */
export const absolutePath = (path: string, folder = '/'): string => posix.resolve('/', folder, path);

/** What a server says when asked for the file at `path`; `undefined` when there is none. */
export const readTestFile = (files: TestFiles, path: string, faults: ActiveFaults<FileFault>): Buffer | undefined => {
  if (faults.has('missing-file')) return undefined;
  const wanted = absolutePath(path);
  for (const [name, content] of files)
    if (absolutePath(name) === wanted && !name.endsWith('/'))
      return Buffer.from(faults.has('wrong-content') ? wrongContent : content);
  return undefined;
};

/** What lies in a folder; `undefined` when there is no such folder. The root is always there. */
export const listFolder = (
  files: TestFiles,
  path: string,
  faults: ActiveFaults<FileFault>,
): FolderEntry[] | undefined => {
  const folder = absolutePath(path);
  const prefix = folder === '/' ? '/' : `${folder}/`;
  const entries = new Map<string, FolderEntry>();
  let exists = folder === '/';
  for (const file of files.keys()) {
    const absolute = file.endsWith('/') ? absolutePath(file).replace(/\/?$/, '/') : absolutePath(file);
    if (!absolute.startsWith(prefix)) continue;
    const [name = '', ...below] = absolute.slice(prefix.length).split('/');
    if (name === '') {
      exists = true;
      continue;
    }
    const isFolder = below.length > 0;
    const content = isFolder ? undefined : readTestFile(files, absolute, faults);
    if (isFolder || content) entries.set(name, { name, isFolder, size: content?.length ?? 0 });
  }
  return exists || entries.size > 0 ? [...entries.values()] : undefined;
};

/** An entry as `ls -l` prints it. */
export const listingLine = ({ name, isFolder, size }: FolderEntry): string =>
  `${isFolder ? 'drwxr-xr-x' : '-rw-r--r--'}    1 farm     farm     ${size} Jan 01  2026 ${name}`;

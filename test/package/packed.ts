import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** What npm would publish, and a project that has it installed. */
export interface Packed extends AsyncDisposable {
  /** Paths inside the tarball. */
  readonly files: readonly string[];
  /** A folder whose `node_modules` holds the package as a user would get it. */
  readonly consumer: string;
}

/** Packs the built repository and installs the tarball into an empty folder; needs npm and its registry or cache. */
export const packAndInstall = async (): Promise<Packed> => {
  const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-package-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const report = await npm(['pack', '--json', '--pack-destination', folder], root);
    const [{ filename, files }] = JSON.parse(report) as [{ filename: string; files: { path: string }[] }];
    const consumer = join(folder, 'consumer');
    await mkdir(consumer);
    await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }\n');
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await npm(['install', ...flags, join(folder, filename)], consumer);
    return { files: files.map(({ path }) => path), consumer, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
};

const npm = async (args: readonly string[], cwd: string): Promise<string> => {
  // `npm run` hands its own settings down; this npm is to be a user's.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const { stdout } = await promisify(execFile)('npm', args, { cwd, env, maxBuffer: 2 ** 24 });
  return stdout;
};

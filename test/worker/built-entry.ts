import { join } from 'node:path';
import { build } from 'esbuild';
import { type TemporaryFolder, temporaryFolder } from '../temporary-folder.ts';

/** What worker threads begin with, as JavaScript: Node 20 loads no TypeScript. */
export const buildEntry = async (): Promise<TemporaryFolder & { readonly entry: string }> => {
  const folder = await temporaryFolder();
  const entry = folder.at('entry.mjs');
  const source = join(import.meta.dirname, '../../src/worker/entry.ts');
  await build({
    entryPoints: [source],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return { ...folder, entry };
};

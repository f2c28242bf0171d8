import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Path of a built command, as package.json names it. */
export const binPath = (name: string): string => {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  return join(root, bin[name] ?? `no command ${name} in package.json`);
};

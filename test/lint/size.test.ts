import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

const linesOf = (file: string): number => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;

const longerThan = (most: number, folders: readonly string[]): string[] =>
  folders
    .flatMap(sources)
    .filter((file) => linesOf(file) > most)
    .map((file) => `${file}: ${linesOf(file)} lines`);

describe('the size of files', () => {
  it('stays under 300 lines, or a concept is hiding in one', () => {
    expect(longerThan(299, ['src', 'checks', 'bin', 'test'])).toEqual([]);
  });

  it('stays within 10 lines for a command, which has no logic of its own', () => {
    expect(longerThan(10, ['bin'])).toEqual([]);
  });

  it('looks at what is there', () => {
    expect(sources('src')).toContain('src/checker/checker.ts');
  });
});

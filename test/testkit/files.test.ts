import { describe, expect, it } from 'vitest';
import { type FileFault, listFolder, readTestFile, type TestFiles } from '../../src/testkit/files.ts';

const files: TestFiles = new Map<string, string | Uint8Array>([
  ['a.txt', 'a'],
  ['/b.txt', Buffer.from('bb')],
  ['deep/er/c.txt', ''],
]);
const none = new Set<FileFault>();

describe('test files', () => {
  it.each([
    ['a.txt', 'a'],
    ['/a.txt', 'a'],
    ['b.txt', 'bb'],
    ['./deep//er/../er/c.txt', ''],
    ['../../a.txt', 'a'],
    ['deep', undefined],
    ['', undefined],
    ['a.txt/x', undefined],
  ])('reads %j as %j', (path, content) => {
    expect(readTestFile(files, path, none)?.toString()).toBe(content);
  });

  it.each<[FileFault, string | undefined, string | undefined]>([
    ['missing-file', undefined, undefined],
    ['wrong-content', 'not what you asked for\n', undefined],
  ])('with %s gives %j', (fault, present, absent) => {
    expect(readTestFile(files, 'a.txt', new Set([fault]))?.toString()).toBe(present);
    expect(readTestFile(files, 'absent', new Set([fault]))?.toString()).toBe(absent);
  });

  it.each([
    ['/', ['a.txt 1', 'b.txt 2', 'deep/ 0']],
    ['', ['a.txt 1', 'b.txt 2', 'deep/ 0']],
    ['deep', ['er/ 0']],
    ['/deep/er/', ['c.txt 0']],
    ['de', undefined],
    ['a.txt', undefined],
  ])('lists %j as %j', (folder, entries) => {
    const listed = listFolder(files, folder, none);
    expect(listed?.map(({ name, isFolder, size }) => `${name}${isFolder ? '/' : ''} ${size}`)).toEqual(entries);
  });

  it('has an empty root when there are no files', () => {
    expect(listFolder(new Map(), '/', none)).toEqual([]);
  });

  it('lists no file with missing-file, and the sizes of the wrong contents with wrong-content', () => {
    expect(listFolder(files, 'deep/er', new Set<FileFault>(['missing-file']))).toBeUndefined();
    expect(listFolder(files, 'deep/er', new Set<FileFault>(['wrong-content']))?.map(({ size }) => size)).toEqual([23]);
  });
});

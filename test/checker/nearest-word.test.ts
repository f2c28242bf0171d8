import { describe, expect, it } from 'vitest';
import { nearestWord } from '../../src/checker/index.ts';

const words = ['fall', 'rise', 'file', 'interval', 'fastInterval', 'host', 'type', 'ftp', 'tftp', 'vip'];

describe('the nearest word', () => {
  it.each([
    ['fal', 'fall', 'a letter is missing'],
    ['falll', 'fall', 'a letter is too many'],
    ['fill', 'fall', 'a letter is wrong'],
    ['fiel', 'file', 'two letters are swapped'],
    ['Interval', 'interval', 'the case differs'],
    ['fast-interval', 'fastInterval', 'words are joined otherwise'],
    ['intervalls', 'interval', 'a long word has two slips'],
    ['ftpp', 'ftp', 'two are near, the nearer one'],
    ['fpt', 'ftp', 'a short word has its letters swapped'],
  ])('to %s is %s: %s', (word, nearest) => {
    expect(nearestWord(word, words)).toBe(nearest);
  });

  it.each([['canaries'], ['command'], ['resync'], ['x'], [''], ['a'.repeat(1_000_000)]])('to %.20s is none', (word) => {
    expect(nearestWord(word, words)).toBeUndefined();
  });

  it('of several equally near is the first', () => {
    expect(nearestWord('bat', ['cat', 'hat'])).toBe('cat');
  });
});

/** Case and word separators do not count: `fast-interval` is `fastInterval`. */
const fold = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '');

/**
 * The candidate that `word` was probably meant to be, `undefined` when none is near: at most one slip (a letter
 * wrong, missing, added, or swapped with its neighbour) for each three letters.
 */
export const nearestWord = (word: string, candidates: Iterable<string>): string | undefined => {
  let nearest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  const said = fold(word);
  for (const candidate of candidates) {
    const meant = fold(candidate);
    const tolerated = Math.floor(Math.max(said.length, meant.length) / 3);
    if (Math.abs(said.length - meant.length) > tolerated) continue;
    const slips = countSlips(said, meant);
    if (slips <= tolerated && slips < fewest) [nearest, fewest] = [candidate, slips];
  }
  return nearest;
};

/** Optimal string alignment distance: Levenshtein with swaps of neighbours. */
const countSlips = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
};

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;

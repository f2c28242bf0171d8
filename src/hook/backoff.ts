const firstMs = 500;
const longestMs = 30_000;

/**
 * How long to wait after the n-th failed attempt (n from 1): 0.5 s doubling to 30 s, with up to a fifth of jitter so
 * that many deliveries that failed together do not come back together.
 *
 * @param random a number in [0, 1)
 */
export const backoffMs = (attempt: number, random: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 16)) * (1 - random / 5);

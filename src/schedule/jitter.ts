/**
 * A number in [0, 1) that depends on `id` alone (FNV-1a), so that ten thousand checks spread evenly over their
 * interval and each keeps its place over restarts.
 */
export const phaseOf = (id: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  // FNV-1a hardly mixes the last bytes into its high bits, and ids differ just there (b1, b2, …).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** In the order in which their turns come within an interval, by the `id` of each. */
export const inTurnOrder = <Item>(items: readonly Item[], idOf: (item: Item) => string): Item[] =>
  items
    .map((item) => ({ item, phase: phaseOf(idOf(item)) }))
    .sort((a, b) => a.phase - b.phase)
    .map(({ item }) => item);

/**
 * The first point of a check's grid (`(n + phase) * intervalMs`) at or after `from`. Deadlines taken from a grid
 * cannot drift, whatever a run or a timer costs.
 */
export const nextSlot = (from: number, intervalMs: number, phase: number): number => {
  const offset = phase * intervalMs;
  return Math.ceil((from - offset) / intervalMs) * intervalMs + offset;
};

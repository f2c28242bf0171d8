import type { Sliced } from '../clock/slices.ts';
import type { SourceNode } from './source-node.ts';

/** So many values are made in one go. */
const sliceSize = 1_000;

type Plain = string | number | boolean | null;

const isPlain = (value: unknown): value is Plain => typeof value !== 'object' || value === null;

/**
 * A plain value, such as `JSON.parse` gives, as one that stands in no file: on line 0, where the columns only keep its
 * parts in order.
 */
export const valueSource = (root: unknown): Sliced<SourceNode> => {
  let column = 0;
  const nextPlace = () => {
    const at = { line: 0, column: column++ };
    return { at, keyAt: at };
  };
  function* build(value: object): Sliced<SourceNode> {
    const places = nextPlace();
    const items: SourceNode[] = [];
    const entries = new Map<string, SourceNode>();
    for (const [key, child] of Object.entries(value)) {
      if (column % sliceSize === 0) yield;
      const node = isPlain(child) ? plainNode(child) : yield* build(child);
      if (Array.isArray(value)) items.push(node);
      else entries.set(key, node);
    }
    return Array.isArray(value) ? { kind: 'list', items, ...places } : { kind: 'map', entries, ...places };
  }
  const plainNode = (value: Plain): SourceNode => ({ kind: 'plain', value, ...nextPlace() });
  function* buildRoot(): Sliced<SourceNode> {
    return isPlain(root) ? plainNode(root) : yield* build(root as object);
  }
  return buildRoot();
};

import type { SourceNode } from './source-node.ts';

/**
 * A plain value, such as `JSON.parse` gives, as one that stands in no file: on line 0, where the columns only keep its
 * parts in order.
 */
export const valueSource = (root: unknown): SourceNode => {
  let column = 0;
  const build = (value: unknown): SourceNode => {
    const at = { line: 0, column: column++ };
    const places = { at, keyAt: at };
    if (Array.isArray(value)) return { kind: 'list', items: value.map(build), ...places };
    if (typeof value !== 'object' || value === null)
      return { kind: 'plain', value: value as string | number | boolean | null, ...places };
    const entries = Object.entries(value).map(([key, child]): [string, SourceNode] => [key, build(child)]);
    return { kind: 'map', entries: new Map(entries), ...places };
  };
  return build(root);
};

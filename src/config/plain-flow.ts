import { NotPlain, type PlainNodes } from './plain-nodes.ts';
import { plainScalar } from './plain-scalar.ts';
import type { Place, SourceNode } from './source-node.ts';

const blanks = / */y;
const key = /(?:([A-Za-z_][\w.-]*)|"([^"\\]*)"): +/y;
const scalar = /"[^"\\]*"|'[^']*'|[^ ,[\]{}"']+/y;

/**
 * Reads a map in braces or a list in brackets that stands on one line.
 *
 * @throws NotPlain for what takes more than a look
 */
export const readPlainFlow = (text: string, at: Place, keyAt: Place, nodes: PlainNodes): SourceNode => {
  let offset = 0;
  const here = (): Place => ({ line: at.line, column: at.column + offset });
  const match = (pattern: RegExp): RegExpExecArray => {
    pattern.lastIndex = offset;
    const found = pattern.exec(text);
    if (!found) throw new NotPlain();
    offset = pattern.lastIndex;
    return found;
  };
  const takes = (mark: string): boolean => {
    match(blanks);
    if (text[offset] !== mark) return false;
    offset++;
    return true;
  };
  const until = (end: string, readOne: () => void): void => {
    if (takes(end)) return;
    do {
      match(blanks);
      readOne();
    } while (takes(','));
    if (!takes(end)) throw new NotPlain();
  };
  const value = (keyAt: Place | undefined, depth: number): SourceNode => {
    nodes.checkDepth(depth);
    const at = here();
    const places = { at, keyAt: keyAt ?? at };
    if (takes('{')) {
      const entries = new Map<string, SourceNode>();
      until('}', () => {
        const keyAt = here();
        const [, word, quoted = ''] = match(key);
        const name = word ?? quoted;
        if (entries.has(name)) throw new NotPlain();
        entries.set(nodes.own(name), value(keyAt, depth + 1));
      });
      return { kind: 'map', entries, ...places };
    }
    if (takes('[')) {
      const items: SourceNode[] = [];
      until(']', () => items.push(value(undefined, depth + 1)));
      return { kind: 'list', items, ...places };
    }
    const found = plainScalar(match(scalar)[0], 'flow');
    return { kind: 'plain', value: typeof found === 'string' ? nodes.own(found) : found, ...places };
  };
  const root = value(keyAt, 0);
  if (offset < text.length) throw new NotPlain();
  return root;
};

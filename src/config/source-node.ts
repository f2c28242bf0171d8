/** A place in a text; line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A value of the file that knows where it stands. Maps keep the order of the file. */
export type SourceNode = {
  /** Where the value begins. */
  readonly at: Place;
  /** Where the key or the list item begins that holds the value; the value itself at the root. */
  readonly keyAt: Place;
} & (
  | { readonly kind: 'plain'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly SourceNode[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, SourceNode> }
);

/** Keys and list indices from the root to a value. */
export type Path = readonly (string | number)[];

/** The value under a key or index; `undefined` when there is none. */
export const childOf = (node: SourceNode, key: string | number): SourceNode | undefined => {
  switch (node.kind) {
    case 'map':
      return node.entries.get(String(key));
    case 'list':
      return node.items[Number(key)];
    case 'plain':
      return undefined;
  }
};

/** The value at a path; `undefined` when the file has none there. */
export const nodeAt = (root: SourceNode, path: Path): SourceNode | undefined => {
  let node: SourceNode | undefined = root;
  for (const key of path) node = node && childOf(node, key);
  return node;
};

/** Where to point for a path: at the value, or at its key; what is missing stands at the key it is missing from. */
export const placeOf = (root: SourceNode, path: Path, part: 'key' | 'value'): Place => {
  const node = nodeAt(root, path);
  if (node) return part === 'key' ? node.keyAt : node.at;
  return placeOf(root, path.slice(0, -1), 'key');
};

/** Any longer key would push the message out of sight. */
const longestKey = 64;

/** A path for people: `farms.ftp.hooks[0]`, and `farms["web.1"]` where a key is not a plain word. */
export const renderPath = (path: Path): string => {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (!/^[\w$-]{1,64}$/.test(key)) text += `[${JSON.stringify(key.slice(0, longestKey))}]`;
    else text += text === '' ? key : `.${key}`;
  }
  return text;
};

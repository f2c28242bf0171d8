import { isAlias, isMap, isPair, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Problem } from './config-error.ts';
import { type Path, type Place, renderPath, type SourceNode } from './source-node.ts';

/** Values made through aliases: more of them are an attack, a few lines can stand for billions. */
const mostAliased = 10_000;

/** Turns a parsed YAML document into values that know their place, aliases resolved. Never throws. */
export const buildSource = (contents: unknown, placeAt: (offset: number) => Place): ParsedSource => {
  const builder = new SourceBuilder(placeAt);
  const root = builder.build(contents, undefined, []);
  return { root: builder.exploded ? undefined : root, problems: builder.problems };
};

/** The values of a document, or why there are none; with duplicate keys and wrong aliases there are both. */
export interface ParsedSource {
  readonly root: SourceNode | undefined;
  readonly problems: readonly Problem[];
}

class SourceBuilder {
  readonly problems: Problem[] = [];
  readonly #placeAt: (offset: number) => Place;
  readonly #anchors = new Map<string, unknown>();
  readonly #open = new Set<unknown>();
  #aliasDepth = 0;
  #aliased = 0;

  constructor(placeAt: (offset: number) => Place) {
    this.#placeAt = placeAt;
  }

  /** Whether aliases stand for more than can be meant. */
  get exploded(): boolean {
    return this.#aliased > mostAliased;
  }

  /** @param keyAt place of the key or list item that holds the value */
  build(node: unknown, keyAt: Place | undefined, path: Path): SourceNode {
    const at = this.#placeOf(node) ?? keyAt ?? { line: 1, column: 1 };
    const places = { at, keyAt: keyAt ?? at };
    if (this.#aliasDepth > 0) this.#aliased++;
    if (isAlias(node)) return this.#alias(node.source, places, path);
    if (isMap(node) || isSeq(node)) {
      if (node.anchor) this.#anchors.set(node.anchor, node);
      this.#open.add(node);
      const built = isMap(node) ? this.#map(node, places, path) : this.#list(node, places, path);
      this.#open.delete(node);
      return built;
    }
    if (!isScalar(node)) return { kind: 'plain', value: null, ...places };
    if (node.anchor) this.#anchors.set(node.anchor, node);
    const empty = node.value === null && node.source === '';
    return { kind: 'plain', value: plainValue(node), ...places, ...(empty && { at: places.keyAt }) };
  }

  #alias(name: string, places: Places, path: Path): SourceNode {
    const target = this.#anchors.get(name);
    const nothing: SourceNode = { kind: 'plain', value: null, ...places };
    if (target === undefined) return this.#refuse(places.at, path, `alias *${name} is not defined above`, nothing);
    if (this.#open.has(target)) return this.#refuse(places.at, path, `alias *${name} contains itself`, nothing);
    if (this.exploded) return nothing;
    this.#aliasDepth++;
    const built = this.build(target, places.keyAt, path);
    this.#aliasDepth--;
    if (this.exploded && this.#aliasDepth === 0)
      return this.#refuse(places.at, path, `aliases stand for more than ${mostAliased} values`, nothing);
    return built;
  }

  #list(node: YAMLSeq, places: Places, path: Path): SourceNode {
    const items = node.items.map((item, index) => this.build(item, this.#placeOf(item), [...path, index]));
    return { kind: 'list', items, ...places };
  }

  #map(node: YAMLMap, places: Places, path: Path): SourceNode {
    const entries = new Map<string, SourceNode>();
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const keyAt = this.#placeOf(pair.key) ?? places.at;
      if (!isScalar(pair.key)) {
        this.#refuse(keyAt, path, 'a key must be a plain word', undefined);
        continue;
      }
      const key = keyText(pair.key);
      const first = entries.get(key);
      const value = this.build(pair.value, keyAt, [...path, key]);
      if (first)
        this.#refuse(keyAt, [...path, key], `duplicate key; the first is on line ${first.keyAt.line}`, undefined);
      else entries.set(key, value);
    }
    return { kind: 'map', entries, ...places };
  }

  #refuse<T>(at: Place, path: Path, message: string, instead: T): T {
    this.problems.push({ path: renderPath(path), ...at, message });
    return instead;
  }

  #placeOf(node: unknown): Place | undefined {
    const range = isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
    return range ? this.#placeAt(range[0]) : undefined;
  }
}

interface Places {
  readonly at: Place;
  readonly keyAt: Place;
}

/** `01`, `1.0` and `1` are three keys, so a number counts as it was written. */
const keyText = (key: Scalar): string =>
  typeof key.value === 'string' ? key.value : (key.source ?? String(key.value ?? ''));

/** YAML 1.1 documents may hold dates and the like: they count as they were written. */
const plainValue = ({ value, source }: Scalar): string | number | boolean | null => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null ? null : (source ?? String(value));
};

import type { Sliced } from '../clock/slices.ts';
import { ifPlain, NotPlain, PlainNodes } from './plain-nodes.ts';
import type { SourceNode } from './source-node.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold any
const text = /"([^"\\\u0000-\u001f]*)"/y;
const word = /(?:-?(?:0|[1-9]\d{0,14})|true|false|null)(?![\w.+-])/y;

/**
 * Reads JSON (RFC 8259) without escapes in its strings and without fractions, as most configs are: in slices, and many
 * times faster than the parser of YAML, which knows more and tells mistakes. `undefined` for anything else.
 */
export function* readPlainJson(json: string): Sliced<SourceNode | undefined> {
  if (/[\r\t\ufeff]/.test(json)) return undefined;
  return yield* ifPlain(new PlainJson(json).read());
}

class PlainJson {
  readonly #text: string;
  readonly #nodes = new PlainNodes();
  #at = 0;
  #line = 1;
  #lineAt = 0;

  constructor(json: string) {
    this.#text = json;
  }

  *read(): Sliced<SourceNode> {
    const root = yield* this.#value(undefined, 0);
    if (this.#next() !== undefined) throw new NotPlain();
    return root;
  }

  *#value(keyAt: SourceNode['at'] | undefined, depth: number): Sliced<SourceNode> {
    const mark = this.#next();
    const at = { line: this.#line, column: this.#at - this.#lineAt + 1 };
    const places = { at, keyAt: keyAt ?? at };
    if (this.#nodes.isSliceFull()) yield;
    if (mark === '{') return { kind: 'map', entries: yield* this.#entries(depth), ...places };
    if (mark === '[') return { kind: 'list', items: yield* this.#items(depth), ...places };
    const value = mark === '"' ? this.#string() : (JSON.parse(this.#match(word)[0]) as number | boolean | null);
    return { kind: 'plain', value, ...places };
  }

  *#entries(depth: number): Sliced<ReadonlyMap<string, SourceNode>> {
    const entries = new Map<string, SourceNode>();
    this.#enter(depth);
    if (this.#takes('}')) return entries;
    do {
      this.#next();
      const keyAt = { line: this.#line, column: this.#at - this.#lineAt + 1 };
      const key = this.#string();
      if (entries.has(key) || !this.#takes(':')) throw new NotPlain();
      entries.set(key, yield* this.#value(keyAt, depth + 1));
    } while (this.#takes(','));
    if (!this.#takes('}')) throw new NotPlain();
    return entries;
  }

  *#items(depth: number): Sliced<readonly SourceNode[]> {
    const items: SourceNode[] = [];
    this.#enter(depth);
    if (this.#takes(']')) return items;
    do items.push(yield* this.#value(undefined, depth + 1));
    while (this.#takes(','));
    if (!this.#takes(']')) throw new NotPlain();
    return items;
  }

  #enter(depth: number): void {
    this.#nodes.checkDepth(depth);
    this.#at++;
  }

  #string(): string {
    return this.#nodes.own(this.#match(text)[1] ?? '');
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw new NotPlain();
    this.#at = pattern.lastIndex;
    return match;
  }

  /** The next mark, taken when it is the one wanted. */
  #takes(mark: string): boolean {
    if (this.#next() !== mark) return false;
    this.#at++;
    return true;
  }

  /** Goes on to what comes after blanks; `undefined` at the end. */
  #next(): string | undefined {
    for (;;) {
      const character = this.#text[this.#at];
      if (character !== ' ' && character !== '\n') return character;
      this.#at++;
      if (character === ' ') continue;
      this.#line++;
      this.#lineAt = this.#at;
    }
  }
}

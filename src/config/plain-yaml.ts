import type { Sliced } from '../clock/slices.ts';
import { readPlainFlow } from './plain-flow.ts';
import { ifPlain, NotPlain, PlainNodes } from './plain-nodes.ts';
import { plainScalar } from './plain-scalar.ts';
import type { Place, SourceNode } from './source-node.ts';

const key = /^([A-Za-z0-9_][\w.-]{0,200}):(?: +(.*))?$/;
const item = /^- +(.*)$/;

/** A line that says something. */
interface Line {
  readonly number: number;
  /** Blanks before it. */
  readonly indent: number;
  /** Without what is around it. */
  readonly text: string;
}

/**
 * Reads YAML 1.2 of the plain shape that most configs have: keys and values on lines of their own, short maps and lists
 * in braces and brackets, no anchors, tags or texts over several lines. In slices, and many times faster than the parser
 * of all of YAML, which tells mistakes as well. `undefined` for anything else.
 */
export function* readPlainYaml(yaml: string): Sliced<SourceNode | undefined> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: YAML gives some of them a meaning
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(yaml)) return undefined;
  return yield* ifPlain(new PlainYaml(yaml).read());
}

class PlainYaml {
  readonly #nodes = new PlainNodes();
  readonly #yaml: string;
  #line: Line | undefined;
  #number = 0;
  #nextAt = 0;

  constructor(yaml: string) {
    this.#yaml = yaml;
    this.#advance();
  }

  *read(): Sliced<SourceNode> {
    const root = yield* this.#block(0, undefined, 0);
    if (!root || this.#line) throw new NotPlain();
    return root;
  }

  /** The map or list that begins at this line; `undefined` when the line stands further left. */
  *#block(leastIndent: number, keyAt: Place | undefined, depth: number): Sliced<SourceNode | undefined> {
    const line = this.#line;
    if (!line || line.indent < leastIndent) return undefined;
    this.#nodes.checkDepth(depth);
    const at = { line: line.number, column: line.indent + 1 };
    const places = { at, keyAt: keyAt ?? at };
    if (item.test(line.text)) return { kind: 'list', items: yield* this.#items(line.indent, depth), ...places };
    return { kind: 'map', entries: yield* this.#entries(line.indent, depth), ...places };
  }

  *#entries(indent: number, depth: number): Sliced<ReadonlyMap<string, SourceNode>> {
    const entries = new Map<string, SourceNode>();
    for (let line = this.#line; line && line.indent >= indent; line = this.#line) {
      const [, name, rest = ''] = key.exec(line.text) ?? [];
      if (name === undefined || line.indent > indent || entries.has(name)) throw new NotPlain();
      if (this.#nodes.isSliceFull()) yield;
      const keyAt = { line: line.number, column: indent + 1 };
      this.#advance();
      const value = rest === '' ? yield* this.#below(indent, keyAt, depth) : this.#inline(line, rest, keyAt);
      entries.set(this.#nodes.own(name), value);
    }
    return entries;
  }

  /** What stands below its key: further right, or a list just below it; nothing is `null`. */
  *#below(indent: number, keyAt: Place, depth: number): Sliced<SourceNode> {
    const isList = this.#line?.indent === indent && item.test(this.#line.text);
    const block = yield* this.#block(isList ? indent : indent + 1, keyAt, depth + 1);
    return block ?? { kind: 'plain', value: null, at: keyAt, keyAt };
  }

  *#items(indent: number, depth: number): Sliced<readonly SourceNode[]> {
    const items: SourceNode[] = [];
    for (let line = this.#line; line && line.indent >= indent; line = this.#line) {
      const rest = item.exec(line.text)?.[1];
      // Where the list stands just below its key, the next key ends it.
      if (line.indent === indent && rest === undefined && items.length > 0 && depth > 0) break;
      if (line.indent > indent || rest === undefined) throw new NotPlain();
      if (this.#nodes.isSliceFull()) yield;
      if (key.test(rest)) {
        const inner = line.indent + line.text.length - rest.length;
        this.#line = { ...line, indent: inner, text: rest };
        const map = yield* this.#block(inner, undefined, depth + 1);
        if (map) items.push(map);
      } else {
        this.#advance();
        items.push(this.#inline(line, rest, undefined));
      }
    }
    return items;
  }

  /** The value at the end of a line. */
  #inline({ number, indent, text }: Line, value: string, keyAt: Place | undefined): SourceNode {
    const at = { line: number, column: indent + text.length - value.length + 1 };
    if (/^[[{]/.test(value)) return readPlainFlow(value, at, keyAt ?? at, this.#nodes);
    const scalar = plainScalar(value, 'block');
    return {
      kind: 'plain',
      value: typeof scalar === 'string' ? this.#nodes.own(scalar) : scalar,
      at,
      keyAt: keyAt ?? at,
    };
  }

  /** Goes on to the next line that says something. */
  #advance(): void {
    for (;;) {
      const end = this.#yaml.indexOf('\n', this.#nextAt);
      if (this.#nextAt >= this.#yaml.length) {
        this.#line = undefined;
        return;
      }
      const raw = this.#yaml.slice(this.#nextAt, end < 0 ? undefined : end);
      this.#nextAt = end < 0 ? this.#yaml.length : end + 1;
      this.#number++;
      const indent = blanksBefore(raw);
      const text = withoutRemark(raw.slice(indent));
      if (text === '') continue;
      this.#line = { number: this.#number, indent, text };
      return;
    }
  }
}

const blanksBefore = (line: string): number => {
  let count = 0;
  while (line[count] === ' ') count++;
  return count;
};

/** Without a remark and the blanks at its end: a remark begins the line, or has a blank before it. */
const withoutRemark = (text: string): string => {
  let end = text.indexOf('#');
  while (end > 0 && text[end - 1] !== ' ') end = text.indexOf('#', end + 1);
  if (end < 0) end = text.length;
  while (end > 0 && text[end - 1] === ' ') end--;
  return text.slice(0, end);
};

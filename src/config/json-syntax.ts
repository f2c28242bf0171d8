/** What JSON does not allow, and where. */
export interface JsonMistake {
  readonly offset: number;
  readonly message: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold any
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/;
const literal = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/;
const token = new RegExp(`(?<mark>[{}[\\],:])|(?<string>${string.source})|(?<literal>${literal.source})`, 'y');
const blanks = /[ \t\r\n]*/y;

/** What may come next, and what it is called. */
const expectations = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  key: 'a key in double quotes',
  'key or }': 'a key in double quotes or "}"',
  ':': '":" after the key',
  ', or ]': '"," or "]"',
  ', or }': '"," or "}"',
  end: 'the end of the file',
};
type Expectation = keyof typeof expectations;

/**
 * The first place where a text is not JSON (RFC 8259), `undefined` when it is. For messages only: `JSON.parse` names
 * no place on every supported Node, and a YAML parser lets trailing commas and comments pass.
 */
export const findJsonMistake = (text: string): JsonMistake | undefined => {
  const open: ('{' | '[')[] = [];
  let expected: Expectation = 'value';
  for (let offset = skipBlanks(text, 0); ; offset = skipBlanks(text, token.lastIndex)) {
    if (offset >= text.length && expected === 'end') return undefined;
    token.lastIndex = offset;
    const groups = token.exec(text)?.groups ?? {};
    const next = follow(expected, groups, open);
    if (next === undefined) return { offset, message: `expected ${expectations[expected]}, ${found(text, offset)}` };
    expected = next;
  }
};

/** What comes after a token, `undefined` when the token may not stand here. Keeps `open` up to date. */
const follow = (
  expected: Expectation,
  { mark, string, literal }: Readonly<Record<string, string | undefined>>,
  open: ('{' | '[')[],
): Expectation | undefined => {
  const closed = (): Expectation => (open.at(-1) === '{' ? ', or }' : open.at(-1) === '[' ? ', or ]' : 'end');
  const opens = expected.startsWith('value');
  if (mark !== undefined && `${expected} `.includes(`${mark} `)) {
    if (mark === ':') return 'value';
    if (mark === ',') return open.at(-1) === '{' ? 'key' : 'value';
    open.pop();
    return closed();
  }
  if (string !== undefined && expected.startsWith('key')) return ':';
  if (!opens) return undefined;
  if (mark === '{' || mark === '[') {
    open.push(mark);
    return mark === '{' ? 'key or }' : 'value or ]';
  }
  return string === undefined && literal === undefined ? undefined : closed();
};

const skipBlanks = (text: string, from: number): number => {
  blanks.lastIndex = from;
  blanks.exec(text);
  return blanks.lastIndex;
};

const found = (text: string, offset: number): string => {
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  if (offset >= text.length) return 'but the file ends';
  if (character === '"') return 'found a string that does not end on its line, or has a bad escape';
  // Not the word itself: it may be a secret whose quotes were forgotten.
  return /[\w.+-]/.test(character) ? 'found a bare word' : `found ${JSON.stringify(character)}`;
};

import type { SourceNode } from './source-node.ts';

/** The parts of a valibot issue that messages are made of. */
export interface IssueLike {
  readonly kind: string;
  readonly expected: string | null;
  readonly input: unknown;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  Object: 'a map',
  Array: 'a list',
};

/** The message of an issue whose schema has none of its own. */
export const defaultMessage = ({ kind, expected, input }: IssueLike): string => {
  if (input === undefined) return 'is required';
  if (kind !== 'schema') return expected === null ? 'is not valid' : `must be ${expected}`;
  const words = quotedWords(expected);
  if (words.length > 0) return `must be one of ${words.join(', ')}`;
  return `must be ${(expected ?? '')
    .replaceAll(/[()]/g, '')
    .split(' | ')
    .map((word) => kinds[word] ?? word)
    .join(' or ')}`;
};

/** The words that an issue would have accepted: `("down" | "hold")` gives `down` and `hold`. */
export const quotedWords = (expected: string | null): string[] =>
  [...(expected ?? '').matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');

/** A value cannot push the message out of sight. */
const longestValue = 60;

/** Adds what was found to a message that says what must be. */
export const withFound = (message: string, node: SourceNode | undefined): string => {
  if (node === undefined || !message.startsWith('must be ')) return message;
  const quoteIt =
    message === 'must be text' && node.kind === 'plain' && node.value !== null ? ': put it in quotes' : '';
  return `${message}, not ${found(node)}${quoteIt}`;
};

const found = (node: SourceNode): string => {
  if (node.kind !== 'plain') return `a ${node.kind}`;
  if (node.value === null) return 'empty';
  if (typeof node.value !== 'string') return String(node.value);
  const { value } = node;
  return JSON.stringify(value.length > longestValue ? `${value.slice(0, longestValue)}…` : value);
};

import { fillWith } from '../template.ts';
import type { Encode } from './encode.ts';

/** The fields that are numbers: a text in a map that is nothing but one of them becomes that number. */
const numbers = new Set(['{port}', '{sequence}']);

/** A body with its fields filled in: a text encoded for its place, anything else as JSON. */
export const fillBody = (body: unknown, values: Readonly<Record<string, string>>, encode: Encode): string =>
  typeof body === 'string' ? fillWith(body, values, encode) : JSON.stringify(fillIn(body, values));

const fillIn = (part: unknown, values: Readonly<Record<string, string>>): unknown => {
  if (typeof part === 'string') {
    const filled = fillWith(part, values, (value) => value.toWellFormed());
    return numbers.has(part) ? Number(filled) : filled;
  }
  if (Array.isArray(part)) return part.map((item) => fillIn(item, values));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fillIn(value, values)]));
};

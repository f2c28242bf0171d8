import type { BackendChange } from './hook.ts';

/** The words that may stand in braces: `{farm}`, `{backend}`, `{state}` … */
export const templateFields = [
  'farm',
  'backend',
  'host',
  'port',
  'state',
  'previous',
  'code',
  'summary',
  'sequence',
] as const satisfies readonly (keyof BackendChange)[];

const fieldPattern = /\{([a-zA-Z]+)\}/g;

const isField = (word: string): word is (typeof templateFields)[number] =>
  (templateFields as readonly string[]).includes(word);

/** The first word in braces that is no field; `undefined` when all are. Other braces are left alone. */
export const unknownField = (template: string, fields: readonly string[] = templateFields): string | undefined =>
  [...template.matchAll(fieldPattern)].map(([, word = '']) => word).find((word) => !fields.includes(word));

/** A template with its fields filled in. What was filled in is never looked at again. */
export const fillTemplate = (template: string, change: BackendChange): string =>
  template.replace(fieldPattern, (all, word: string) => (isField(word) ? String(change[word] ?? '') : all));

/** The same with any values by their word, each made fit for its place. */
export const fillWith = (
  template: string,
  values: Readonly<Record<string, string>>,
  encode: (value: string) => string,
): string =>
  template.replace(fieldPattern, (all, word: string) =>
    Object.hasOwn(values, word) ? encode(values[word] ?? '') : all,
  );

/** The same fields as environment variables: `FARM_GUARDIAN_FARM` … */
export const changeEnvironment = (change: BackendChange): Record<string, string> =>
  Object.fromEntries(
    templateFields.map((field) => [`FARM_GUARDIAN_${field.toUpperCase()}`, String(change[field] ?? '')]),
  );

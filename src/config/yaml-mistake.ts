import type { YAMLError } from 'yaml';

/** Better words where the parser's own speak of its internals. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [/^Tabs are not allowed/, 'indent with blanks, not with tabs'],
  [/must .*end with a \]$/, 'a list is opened with "[" but not closed, or a line in it is not indented'],
  [/must .*end with a }$/, 'a map is opened with "{" but not closed, or a line in it is not indented'],
  [/^Missing closing .*quote/, 'a quote is not closed'],
  [/^Implicit (?:map )?keys need/, 'a key without ":", or a line indented too far'],
  [/^Nested mappings are not/, 'a second ": " in one line, or a line indented too far; quote a value that holds ": "'],
  [/^Unresolved tag/, 'tags such as !env are not used here'],
];

/** What is wrong with the YAML, in one line and without the text itself, which may be a secret. */
export const explainYaml = ({ code, message }: YAMLError): string => {
  const better = explanations.find(([pattern]) => pattern.test(message))?.[1];
  if (better !== undefined) return better;
  const own = code === 'UNEXPECTED_TOKEN' ? message.replace(/: .*$/s, '') : message;
  return own.charAt(0).toLowerCase() + own.slice(1);
};

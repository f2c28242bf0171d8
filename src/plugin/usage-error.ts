import { type AnyChecker, options } from '../checker/index.ts';

/** Wrong arguments: exit code 3, the usage, and a line that names the offending word. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** Where the classic plugins print the line: their own on stdout before the usage, getopt's on stderr. */
  readonly stream: 'stdout' | 'stderr';

  constructor(message: string, stream: 'stdout' | 'stderr' = 'stdout') {
    super(message);
    this.stream = stream;
  }
}

/** Values in quotes, which stay, and names of options in a config. */
const quotedOrCamelCase = /"[^"]*"|\b[a-z]+(?:[A-Z][a-z]*)+\b/g;

/** A complaint about one option of a checker, by its name in a config; others that it names so become flags. */
export const complaintAbout = ({ options: { entries } }: AnyChecker, option: string, complaint: string): UsageError => {
  const flagOf = (word: string): string => {
    const schema = Object.hasOwn(entries, word) ? entries[word] : undefined;
    if (!schema) return word;
    return `--${options.kebabCase(word)}${options.optionInfo(schema)?.kind === 'secret' ? '-file' : ''}`;
  };
  return new UsageError(`--${options.kebabCase(option)} ${complaint.replace(quotedOrCamelCase, flagOf)}`);
};

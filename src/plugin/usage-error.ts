import { options } from '../checker/index.ts';

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

/** A complaint about one option, by its name in a config. */
export const complaintAbout = (option: string, complaint: string): UsageError =>
  new UsageError(`--${options.kebabCase(option)} ${complaint}`);

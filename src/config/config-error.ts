/** One mistake in a config file. */
export interface Problem {
  /** Where in the value, such as `farms.ftp.check.file` or `farms.ftp.hooks[0]`; empty for the file as a whole. */
  readonly path: string;
  /** Line in the file, counted from 1; 0 when the file could not be read at all. */
  readonly line: number;
  /** Column in the line, counted from 1; 0 when the file could not be read at all. */
  readonly column: number;
  /** What is wrong, without the value of a secret. */
  readonly message: string;
  /** The nearest right word, where there is one. */
  readonly suggestion?: string;
}

/** A problem as one line: `FILE:LINE:COLUMN: PATH: MESSAGE; did you mean "WORD"?`. */
export const renderProblem = (file: string, { path, line, column, message, suggestion }: Problem): string => {
  const place = line > 0 ? [`${file}:${line}:${column}`] : [file];
  const advice = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return [...place, ...(path === '' ? [] : [path]), `${message}${advice}`].join(': ');
};

/** The error of a file that cannot be read at all. */
export const unreadable = (file: string, message: string): ConfigError =>
  new ConfigError(file, [{ path: '', line: 0, column: 0, message }]);

/** Thrown for a config that cannot be used; its message has one line for each problem, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The file as it was named, or where one was looked for. */
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map((problem) => renderProblem(file, problem)).join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

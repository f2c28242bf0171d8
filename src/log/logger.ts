/** One log method: fields for machines, a message for people. */
export type LogMethod = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** What the rooms log through. A pino logger is one. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

const nothing: LogMethod = () => {};

/** Says nothing: the default of the library and of the plugins. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A regular expression that takes time in proportion to what it looks at, whatever that is (RE2 syntax). */
export interface LinearPattern {
  /** Most bytes it may be shown: looking at so many takes a third of a second at worst. */
  readonly longestBytes: number;
  /** Whether it matches anywhere in these bytes, read as UTF-8. */
  test(bytes: Uint8Array): boolean;
}

/** Thrown for a text that is no regular expression; the message begins with a verb, to stand behind its option's name. */
export class PatternSyntaxError extends Error {
  override readonly name = 'PatternSyntaxError';
}

/** Steps of the compiled expression times bytes: what a few hundred milliseconds are enough for. */
const mostWork = 32 * 1024 * 1024;

/**
 * Compiles a regular expression. No backreferences and no lookaround, which is what makes it linear.
 *
 * @throws PatternSyntaxError
 */
export const compilePattern = async (source: string): Promise<LinearPattern> => {
  // Only now: it is large, and few checks have a pattern.
  const { RE2JS, RE2JSSyntaxException } = await import('re2js');
  try {
    const compiled = RE2JS.compile(source);
    return {
      longestBytes: Math.floor(mostWork / compiled.programSize()),
      test: (bytes) => compiled.test(bytes),
    };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new PatternSyntaxError(`is no regular expression: ${error.message.replace(/^error parsing regexp: /, '')}`);
  }
};

/** The `preflight` of a checker with an option `contentRegex`: says what is wrong with one that is none. */
export const preflightPattern = async ({
  contentRegex,
}: {
  readonly contentRegex?: string | undefined;
}): Promise<readonly [option: string, complaint: string] | undefined> => {
  if (contentRegex === undefined) return undefined;
  try {
    await compilePattern(contentRegex);
    return undefined;
  } catch (error) {
    if (error instanceof PatternSyntaxError) return ['contentRegex', error.message];
    throw error;
  }
};

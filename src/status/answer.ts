/** What is asked of the guardian over HTTP. */
export interface Asked {
  readonly method: string;
  /** The path's parts, decoded, without a slash at its end; none for the root. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Reads the body, 64 KiB at most. */
  body(): Promise<string>;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** An HTTP answer: its status code, and its body. */
export interface Answer {
  readonly code: number;
  /** A text in its type, or text in slices; anything else becomes JSON. */
  readonly body: unknown;
  /** Default JSON. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers some of what can be asked; `undefined` for the rest. */
export type Pages = (asked: Asked) => Answer | undefined | Promise<Answer | undefined>;

/** The answer for what is not there. */
export const notFound = (what: string): Answer => ({ code: 404, body: { error: `no ${what}` } });

/** The parts of a URL; `undefined` when it is malformed. */
export const parseUrl = (url: string): Pick<Asked, 'path' | 'query'> | undefined => {
  try {
    // A path with two slashes in front would be taken for a host.
    const { pathname, searchParams } = new URL(url.startsWith('/') ? `http://guardian${url}` : url, 'http://guardian');
    return { path: pathname.replace(/\/$/, '').split('/').slice(1).map(decodeURIComponent), query: searchParams };
  } catch {
    return undefined;
  }
};

/** Whether a path is this one. */
export const isPath = (path: readonly string[], ...parts: readonly string[]): boolean =>
  path.length === parts.length && parts.every((part, i) => part === path[i]);

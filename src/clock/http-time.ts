/** Milliseconds since the epoch of a time as HTTP writes it, `Sun, 06 Nov 1994 08:49:37 GMT`; `NaN` when it is none. */
export const parseHttpTime = (text: string): number =>
  /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;

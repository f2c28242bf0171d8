import { type Asked, parseUrl } from '../../src/status/answer.ts';

/** A request as pages see it: a GET, or a POST when there is something to send. */
export const asked = (url: string, order?: unknown): Asked => {
  const parts = parseUrl(url);
  if (!parts) throw new Error(`malformed URL ${url}`);
  const body = typeof order === 'string' ? order : JSON.stringify(order);
  return {
    method: order === undefined ? 'GET' : 'POST',
    ...parts,
    body: async () => body,
    signal: new AbortController().signal,
  };
};

import { parseHttpTime } from '../../clock/http-time.ts';

/** Longest wait that a server may ask for, in milliseconds: a longer one would be a way to be told nothing more. */
export const longestRetryAfterMs = 5 * 60_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds, at most {@link longestRetryAfterMs}: seconds, or a
 * time (RFC 9110, section 10.2.3). `undefined` when it is absent, neither of them, or over.
 *
 * @param now milliseconds since the epoch
 */
export const parseRetryAfter = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d{1,15}$/.test(text) ? Number(text) * 1_000 : parseHttpTime(text) - now;
  return ms > 0 ? Math.min(ms, longestRetryAfterMs) : undefined;
};

/** The last instant that has a date (ECMA-262, 21.4.1.1), in milliseconds since the epoch. */
export const endOfTime = 8.64e15;

/** Milliseconds since the epoch as ISO 8601 in UTC, to the millisecond. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** Milliseconds since the epoch of an ISO 8601 time; `NaN` when it is none. */
export const parseIsoTime = (text: string): number => Date.parse(text);

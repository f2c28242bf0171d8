const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration such as `250ms`, `5s`, `1.5s`, `2m`, `1h` or `7d`; `undefined` when it is none. */
export const parseDuration = (text: string): number | undefined => {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  // To the microsecond: 1.001 * 1000 is not quite 1001.
  return Math.round(Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] * 1_000) / 1_000;
};

/** The shortest exact text of a duration: `90000` is `90s`, `120000` is `2m`. */
export const formatDuration = (ms: number): string => {
  for (const unit of ['d', 'h', 'm', 's'] as const)
    if (ms >= unitMs[unit] && ms % unitMs[unit] === 0) return `${ms / unitMs[unit]}${unit}`;
  return ms >= 1_000 ? `${ms / 1_000}s` : `${ms}ms`;
};

/** An age for people, in its largest unit, rounded down: `3s`, `12m`, `5h`, `9d`; `0s` when it is negative. */
export const formatAge = (ms: number): string => {
  for (const unit of ['d', 'h', 'm'] as const) if (ms >= unitMs[unit]) return `${Math.floor(ms / unitMs[unit])}${unit}`;
  return `${Math.max(0, Math.floor(ms / 1_000))}s`;
};

/** A length of time for people, in its two largest units: `340ms`, `2.1s`, `2m 5s`, `3h 12m`, `2d 3h`. */
export const formatSpan = (ms: number): string => {
  if (Math.round(ms) < 1_000) return `${Math.round(ms)}ms`;
  if (Math.round(ms / 100) < 600) return `${Math.round(ms / 100) / 10}s`;
  const s = Math.round(ms / 1_000);
  if (s < 3_600) return pairOf(s, 60, 'm', 's');
  const m = Math.round(s / 60);
  return m < 1_440 ? pairOf(m, 60, 'h', 'm') : pairOf(Math.round(m / 60), 24, 'd', 'h');
};

const pairOf = (count: number, size: number, large: string, small: string): string => {
  const rest = count % size;
  return `${Math.floor(count / size)}${large}${rest > 0 ? ` ${rest}${small}` : ''}`;
};

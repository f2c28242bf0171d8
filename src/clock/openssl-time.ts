/** Milliseconds since the epoch of a time as OpenSSL prints it, `Nov  5 17:00:00 2026 GMT`; `NaN` when it is none. */
export const parseOpensslTime = (text: string): number => Date.parse(text);

/** Milliseconds since the epoch as strftime(3) prints `%c %z` in the C locale: `Thu Nov  5 17:00:00 2026 +0000`, local time. */
export const localeTime = (ms: number): string => {
  const [weekday, month, day = '', year, time, zone = ''] = String(new Date(ms)).split(' ');
  return `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year} ${zone.replace('GMT', '')}`;
};

import { describe, expect, it } from 'vitest';
import { localeTime, parseOpensslTime } from '../../src/clock/openssl-time.ts';

describe('a time as OpenSSL prints it', () => {
  it.each([
    ['Nov  5 17:00:00 2026 GMT', Date.UTC(2026, 10, 5, 17)],
    ['Nov 25 00:00:01 2026 GMT', Date.UTC(2026, 10, 25, 0, 0, 1)],
    ['Dec 31 23:59:59 9999 GMT', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['Jan  1 00:00:00 1970 GMT', 0],
    ['Bad time value', Number.NaN],
    ['', Number.NaN],
  ])('%s is %d', (text, ms) => {
    expect(parseOpensslTime(text)).toBe(ms);
  });
});

describe('a time as strftime prints it', () => {
  it.each([Date.UTC(2026, 10, 5, 17), Date.UTC(2026, 10, 25, 23, 59, 59), Date.UTC(2028, 1, 29), Date.UTC(9999, 5, 1)])(
    'of %d says the same time, a day of one digit behind two blanks',
    (ms) => {
      const text = localeTime(ms);
      expect(text).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 123]\d \d\d:\d\d:\d\d \d{4} [+-]\d{4}$/);
      expect(Date.parse(text)).toBe(ms);
    },
  );
});

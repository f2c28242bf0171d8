import type { Status } from '../../src/checker/index.ts';

/** Days before a certificate's expiry from which on it is WARNING, or CRITICAL. */
export interface ExpiryDays {
  readonly warning: number;
  readonly critical: number;
}

/** How far a certificate is from its expiry, and what that means. */
export interface Expiry {
  readonly status: Status;
  /** Negative once it has expired. */
  readonly secondsLeft: number;
  /** Whole days, rounded towards zero. */
  readonly daysLeft: number;
}

const wholeNumber = /^ *\d{1,9} *$/;

/** What is wrong with the value of `certificate`, `W` or `W,C`, in check_ftp's words. */
export const expiryFault = (text: string): string | undefined => {
  const wrong = splitOnce(text).find((part) => !wholeNumber.test(part));
  return wrong === undefined ? undefined : `Invalid certificate expiration period - ${wrong}`;
};

/** The days that a valid `W` or `W,C` says; without C, the last day is CRITICAL. */
export const parseExpiryDays = (text: string): ExpiryDays => {
  const [warning, critical = 0] = splitOnce(text).map(Number);
  return { warning: warning ?? 0, critical };
};

const splitOnce = (text: string): readonly string[] => {
  const comma = text.indexOf(',');
  return comma < 0 ? [text] : [text.slice(0, comma), text.slice(comma + 1)];
};

/**
 * What days left mean, as check_ftp counts them: CRITICAL is looked at only inside of the WARNING days, and the last
 * day is CRITICAL whatever they are. Times are in milliseconds since the epoch; one that is none counts as expired.
 */
export const judgeExpiry = (expiresAt: number, now: number, { warning, critical }: ExpiryDays): Expiry => {
  const secondsLeft = Number.isNaN(expiresAt) ? Number.NEGATIVE_INFINITY : (expiresAt - now) / 1_000;
  const daysLeft = Math.trunc(secondsLeft / 86_400);
  if (daysLeft <= 0) return { status: 'CRITICAL', secondsLeft, daysLeft };
  if (daysLeft > warning) return { status: 'OK', secondsLeft, daysLeft };
  return { status: daysLeft > critical ? 'WARNING' : 'CRITICAL', secondsLeft, daysLeft };
};

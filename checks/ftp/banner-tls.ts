import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  type CheckContext,
  type CheckResult,
  localeTime,
  result,
  type Stopwatch,
  type Target,
} from '../../src/checker/index.ts';
import { type Certificate, certificateOf, factsOf } from './certificate.ts';
import { type Expiry, judgeExpiry } from './expiry.ts';
import type { FtpOptions } from './options.ts';
import { handshakeFailed, renewal } from './tls-failure.ts';
import { endTls, shakeHands } from './tls-handshake.ts';
import { classicTlsTerms } from './tls-terms.ts';

/** What `-D` says of a certificate that has days left, before the line on the greeting. */
export interface CertificateLine {
  readonly line: string;
  readonly facts: CheckResult['facts'];
}

/** A connection on which the greeting can be looked at, or the result that ends the run before it. */
export type ClassicTls =
  | { readonly socket: TLSSocket; readonly certificate?: CertificateLine }
  | { readonly verdict: CheckResult };

/**
 * What `-S`, `-D` and `--sni` of check_ftp do: TLS from the first byte, nothing verified; with `-D`, a certificate
 * whose expiry is near ends the run.
 *
 * @throws the signal's reason
 */
export const secureBanner = async (
  raw: Socket,
  target: Target,
  options: FtpOptions,
  context: CheckContext,
  watch: Stopwatch,
): Promise<ClassicTls> => {
  const terms = classicTlsTerms(options, target);
  let socket: TLSSocket;
  try {
    socket = await shakeHands(raw, terms, context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    const { status, code, message, remedy } = handshakeFailed(error, 'connection');
    const line = 'CRITICAL - Cannot make SSL connection.';
    return { verdict: result({ status, code, summary: message, line, remedy, steps: watch.steps(code) }) };
  }
  if (!terms.expiry) return { socket };
  const certificate = certificateOf(socket);
  const expiry = judgeExpiry(certificate.expiresAt, context.clock.wallTime(), terms.expiry);
  const { status } = expiry;
  const words = `Certificate '${certificate.subject}' ${wordsOf(expiry, certificate)}`;
  const line = `${status} - ${words}`;
  const facts = factsOf(certificate);
  if (status === 'OK') return { socket, certificate: { line, facts } };
  await endTls(socket);
  const steps = watch.steps('tls-expiring');
  return { verdict: result({ status, code: 'tls-expiring', summary: words, line, remedy: renewal, steps, facts }) };
};

/** The words of check_ftp 2.x; the last day of a certificate ends without a full stop. */
const wordsOf = ({ status, secondsLeft, daysLeft }: Expiry, { expiresAt }: Certificate): string => {
  const date = Number.isNaN(expiresAt) ? 'no valid date' : localeTime(expiresAt);
  if (status === 'OK') return `will expire on ${date}.`;
  if (daysLeft > 0) return `expires in ${daysLeft} day(s) (${date}).`;
  if (secondsLeft < 0) return `expired on ${date}.`;
  if (secondsLeft === 0) return `just expired (${date}).`;
  if (secondsLeft < 3_600) return `expires in ${Math.trunc(secondsLeft / 60)} minutes (${date})`;
  return `expires in ${Math.trunc(secondsLeft / 3_600)} hours (${date})`;
};

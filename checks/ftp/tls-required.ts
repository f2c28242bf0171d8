import { DeepFailure } from './deep-failure.ts';

/** What servers answer with when they want TLS: all of 5xx but plain syntax errors, and pure-ftpd's 421. */
const codes: ReadonlySet<number> = new Set([421, 503, 521, 522, 530, 533, 534, 550]);

/** Words, not parts of file names. */
const words = (pattern: string): string => String.raw`(?<![\w.-])(?:${pattern})(?![\w-])`;

const tls = words(String.raw`TLS|SSL|encrypt\w*|secure (?:connection|channel)|clear-?text|plain FTP|AUTH`);
const demand = words(
  String.raw`require[ds]?|must|only|have to|need(?:ed|s)?|use|not (?:be )?(?:allow|accept|permit)\w*`,
);
const demandOfTls = new RegExp(`${demand}.*${tls}|${tls}.*${demand}`, 'i');

/**
 * Whether a reply over a connection without TLS says that there must be TLS: RFC 4217 leaves the words to the servers
 * (vsftpd `530 Non-anonymous sessions must use encryption.`, ProFTPD `550 SSL/TLS required on the control channel`,
 * pure-ftpd `421 Sorry, cleartext sessions …`, FileZilla `503 Use AUTH first.`, IIS `534 Policy requires SSL.`).
 */
export const demandsTls = (code: number, said: string): boolean => codes.has(code) && demandOfTls.test(said);

/** A server that wants TLS of a run that has none. */
export const tlsRequired = (said: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'tls-required',
    `the server wants TLS: ${said}`,
    'Check it with tls: explicit (or implicit, mostly on port 990).',
  );

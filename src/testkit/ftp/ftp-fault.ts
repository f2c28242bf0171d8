import type { Opening } from '../opening.ts';

/** The faults of a test FTP server. */
export const ftpFaults = [
  /** Nothing listens: connections are refused. */
  'refuse',
  /** Connections are reset as soon as they are accepted. */
  'reset',
  /** Connections are accepted, and nothing is ever said. */
  'silence',
  /** Part of the first reply code, without an end, and then nothing. */
  'half-banner',
  /** Something that is not FTP answers. */
  'wrong-banner',
  /** 421 instead of a greeting, and the end. */
  'too-many',
  /** Everything is sent a byte each 50 ms, data connections included. */
  'drip',
  /** Every login gets 530. */
  'auth-refused',
  /** Every file gets 550. */
  'missing-file',
  /** Every file has other contents than it should. */
  'wrong-content',
  /** EPSV gets 500. */
  'epsv-refused',
  /** PASV and EPSV advertise a port where nothing listens. */
  'data-refused',
  /** Data connections are accepted, and nothing is sent over them. */
  'data-silence',
  /** PASV advertises the address 192.0.2.1 (RFC 5737: nobody's). */
  'pasv-elsewhere',
  /** The 226 after a transfer never comes. */
  'no-completion',
] as const;

/** A fault of a test FTP server. */
export type FtpFault = (typeof ftpFaults)[number];

/** How faults spoil the start of a control connection. */
export const ftpOpenings: readonly Opening<FtpFault>[] = [
  { fault: 'reset', next: 'reset' },
  { fault: 'silence', next: 'hold' },
  { fault: 'half-banner', say: '22', next: 'hold' },
  { fault: 'wrong-banner', say: 'HTTP/1.1 400 Bad Request\r\n', next: 'end' },
  { fault: 'too-many', say: '421 There are too many connected users, please try later.\r\n', next: 'end' },
];

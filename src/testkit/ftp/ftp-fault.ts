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
  /** A greeting of lines without number. */
  'endless-banner',
  /** A greeting of ten million bytes without a line end. */
  'long-line',
  /** Every reply but the greeting has lines without number. */
  'endless-multiline',
  /** Everything is sent a byte each 50 ms, data connections included. */
  'drip',
  /** Every byte is sent in a packet of its own, data connections included. */
  'split',
  /** Every reply has NUL, escape and bell characters, a `|` and a byte that is no UTF-8 in it. */
  'control-bytes',
  /** Every command is answered by another 331. */
  'endless-331',
  /** Every reply repeats the password, once there is one. */
  'echo-password',
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
  /** PASV advertises the address 192.0.2.1 (RFC 5737: nobody's). */
  'pasv-elsewhere',
  /** PASV and EPSV advertise what is no address and no port. */
  'pasv-garbage',
  /** PORT and EPRT get 500. */
  'active-refused',
  /** In active mode the server never calls. */
  'active-silence',
  /** In active mode somebody else (127.0.0.2) calls first; the server does so too unless `active-silence`. */
  'active-wrong-source',
  /** Data connections are accepted, and nothing is sent over them. */
  'data-silence',
  /** What is sent over data connections has no end. */
  'data-endless',
  /** Half of what should come over a data connection, its end, and 426. */
  'data-early-end',
  /** Half of what should come over a data connection, a TCP reset, and 426. */
  'data-reset',
  /** A transfer begins without its 150. */
  'missing-150',
  /** A transfer ends with 200 instead of 226. */
  'wrong-226',
  /** The 226 after a transfer never comes. */
  'no-completion',
  /** STOR gets 150, and 452 in the end; nothing is stored. */
  'disk-full',
  /** STOR, DELE, MKD and RMD get 553. */
  'read-only',
  /** STOR stores other bytes than it got. */
  'upload-corrupt',
  /** DELE gets 550. */
  'delete-refused',
  /** NOOP is answered by a TCP reset. */
  'idle-reset',
  /** NOOP is not answered. */
  'idle-silence',
  /** NOOP is answered by 421, and the end. */
  'idle-timeout',
  /** AUTH TLS is accepted (with implicit TLS: the connection), and the handshake never answered. */
  'tls-stall',
  /** AUTH TLS is accepted (with implicit TLS: the connection), and the handshake answered by something else. */
  'tls-garbage',
  /** The TLS handshake on data connections is never answered. */
  'data-tls-stall',
  /** A 230 comes in clear with the 234 to AUTH TLS. */
  'tls-injection',
  /** PROT P gets 536. */
  'prot-refused',
  /** Data connections do not resume the session of their control connection. */
  'no-reuse',
  /** The same, but only from the third data connection of a control connection on. */
  'no-reuse-later',
  /** Data connections show another certificate, which has expired. */
  'tls-expired-data',
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
  { fault: 'endless-banner', say: '220-Welcome, and welcome again\r\n', next: 'repeat' },
];

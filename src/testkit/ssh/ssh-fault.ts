import type { Opening } from '../opening.ts';

/** The faults of a test SSH server. */
export const sshFaults = [
  /** Nothing listens: connections are refused. */
  'refuse',
  /** Connections are reset as soon as they are accepted. */
  'reset',
  /** Connections are accepted, and nothing is ever said. */
  'silence',
  /** Part of the identification, without an end, and then nothing. */
  'half-banner',
  /** Something that is not SSH answers. */
  'wrong-banner',
  /** `Not allowed at this time` instead of an identification, and the end (OpenSSH 9.8, PerSourcePenalties). */
  'throttled',
  /** Lines of text come before the identification (RFC 4253, section 4.2, allows them). */
  'prelude',
  /** Everything is sent a byte each 50 ms. */
  'drip',
  /** Channels are opened with a largest packet of 0 bytes: whoever sends there in a loop never gets out of it. */
  'packet-size-0',
  /** Every login fails. */
  'auth-refused',
  /** The SFTP subsystem is refused. */
  'no-subsystem',
  /** No file exists. */
  'missing-file',
  /** Every file has other contents than it should. */
  'wrong-content',
] as const;

/** A fault of a test SSH server. */
export type SshFault = (typeof sshFaults)[number];

/** How faults spoil the start of a connection. */
export const sshOpenings: readonly Opening<SshFault>[] = [
  { fault: 'reset', next: 'reset' },
  { fault: 'silence', next: 'hold' },
  { fault: 'half-banner', say: 'SSH-2.', next: 'hold' },
  { fault: 'wrong-banner', say: 'HTTP/1.1 400 Bad Request\r\n', next: 'end' },
  { fault: 'throttled', say: 'Not allowed at this time\r\n', next: 'end' },
  { fault: 'prelude', say: 'This system is for authorised use only.\r\nAll use is logged.\r\n', next: 'serve' },
];

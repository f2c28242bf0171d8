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
  /** `Exceeded MaxStartups` instead of an identification, and the end (OpenSSH before 9.8). */
  'max-startups',
  /** Lines of text come before the identification (RFC 4253, section 4.2, allows them). */
  'prelude',
  /** Lines of text, and never an identification. */
  'endless-banner',
  /** An identification without an end. */
  'endless-identification',
  /** NUL, escape and bell characters, a `|` and more in a line before the identification, and in all texts later. */
  'control-bytes',
  /** Everything is sent a byte each 50 ms. */
  'drip',
  /** Every byte is sent in a packet of its own. */
  'split',
  /** An identification, and the end with DISCONNECT: too many connections (RFC 4253, reason 12). */
  'too-many',
  /** An identification, and then nothing. */
  'kex-silence',
  /** An identification, and then what is no SSH packet. */
  'kex-garbage',
  /** An identification, and a TCP reset when the client begins the key exchange. */
  'kex-reset',
  /** An identification, and SSH_MSG_IGNORE without end. */
  'ignore-flood',
  /** No key exchange but diffie-hellman-group1-sha1. */
  'weak-kex',
  /** Another host key than it should have. */
  'other-host-key',
  /** Every login fails. */
  'auth-refused',
  /** A login is never answered. */
  'auth-silence',
  /** A login is answered by a TCP reset. */
  'auth-reset',
  /** No channel is opened (reason 1, administratively prohibited). */
  'channel-refused',
  /** The opening of a channel is never answered. */
  'channel-silence',
  /** The opening of a channel is answered by a TCP reset. */
  'channel-reset',
  /** Channels are opened with a largest packet of 0 bytes: whoever sends there in a loop never gets out of it. */
  'packet-size-0',
  /** The SFTP subsystem is refused. */
  'no-subsystem',
  /** The SFTP subsystem is granted, and its channel closed at once. */
  'subsystem-dies',
  /** The SFTP subsystem begins with a line of text, as a talkative `.bashrc` makes it. */
  'subsystem-talks',
  /** The SFTP subsystem is granted, and never answers. */
  'subsystem-silence',
  /** Texts of SFTP repeat the password, once there is one. */
  'echo-password',
  /** No file exists. */
  'missing-file',
  /** Every file has other contents than it should. */
  'wrong-content',
  /** No file may be opened. */
  'denied',
  /** Files were last changed a day ago. */
  'stale-files',
  /** Files never end, whatever size they are said to have. */
  'endless-file',
  /** Folders never end. */
  'endless-folder',
  /** Reading gives pieces of no bytes. */
  'empty-reads',
  /** Reading is answered by a TCP reset. */
  'transfer-reset',
  /** Reading is never answered. */
  'transfer-silence',
  /** Writing fails: no space left on device. */
  'disk-full',
  /** Something else is stored than was sent. */
  'upload-corrupt',
  /** Nothing may be deleted. */
  'delete-refused',
  /** Commands never end. */
  'command-silence',
  /** Commands say more and more. */
  'command-flood',
] as const;

/** A fault of a test SSH server. */
export type SshFault = (typeof sshFaults)[number];

/** The identification of a server that does not get much further. */
export const identified = 'SSH-2.0-FarmGuardianTest\r\n';

/** An SSH packet before there is any cipher (RFC 4253, section 6), with 4 bytes of padding; all below 0x80, as text. */
const packet = (payload: string): string => `\0\0\0${String.fromCharCode(payload.length + 5)}\x04${payload}\0\0\0\0`;

/** How faults spoil the start of a connection. */
export const sshOpenings: readonly Opening<SshFault>[] = [
  { fault: 'reset', next: 'reset' },
  { fault: 'silence', next: 'hold' },
  { fault: 'half-banner', say: 'SSH-2.', next: 'hold' },
  { fault: 'wrong-banner', say: 'HTTP/1.1 400 Bad Request\r\n', next: 'end' },
  { fault: 'throttled', say: 'Not allowed at this time\r\n', next: 'end' },
  { fault: 'max-startups', say: 'Exceeded MaxStartups\r\n', next: 'end' },
  { fault: 'endless-banner', say: 'Welcome, and welcome again\r\n', next: 'repeat' },
  { fault: 'endless-identification', say: 'SSH-2.0-', next: 'repeat' },
  // DISCONNECT, reason 12, a text, no language.
  { fault: 'too-many', say: `${identified}${packet('\x01\0\0\0\x0c\0\0\0\x02go\0\0\0\0')}`, next: 'end' },
  { fault: 'kex-silence', say: identified, next: 'hold' },
  { fault: 'kex-garbage', say: `${identified}${'HTTP/1.1 400 Bad Request\r\n'.repeat(8)}`, next: 'hold' },
  { fault: 'control-bytes', say: 'a\0b\x1b[31mred\x07|x=1\x7f\r\n', next: 'serve' },
  { fault: 'prelude', say: 'This system is for authorised use only.\r\nAll use is logged.\r\n', next: 'serve' },
];

/** SSH_MSG_IGNORE (RFC 4253, section 11.2) as text. */
export const ignorePacket = packet(`\x02\0\0\0\x5a${'x'.repeat(90)}`);

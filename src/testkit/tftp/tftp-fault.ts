/** The faults of a test TFTP server. */
export const tftpFaults = [
  /** Nothing listens: the system answers requests with ICMP port unreachable. */
  'refuse',
  /** Requests are not answered. */
  'silence',
  /** Every request is answered with a packet that is cut short. */
  'garbage',
  /** Answers come from another address than the one asked, 127.0.0.2 (only when the server listens on IPv4 loopback). */
  'wrong-source',
  /** Every packet comes 300 ms late. */
  'drip',
  /** Every file gets ERROR 1. */
  'missing-file',
  /** Every file gets ERROR 2. */
  'access-denied',
  /** Every file has other contents than it should. */
  'wrong-content',
  /** Every request is answered with a packet without a byte. */
  'empty-packet',
  /** Every request is answered with a packet of no known type. */
  'unknown-opcode',
  /** Every request is answered with an ERROR of 8 KB of control characters, `|`, escape sequences and broken UTF-8. */
  'error-escapes',
  /** Requests with options get ERROR 8. */
  'options-refused',
  /** Requests are served as if they had no options. */
  'options-ignored',
  /** Every request is answered with an OACK, whether it has options or not. */
  'oack-unasked',
  /** Requests are answered with an OACK that grants one byte, block or second more of each option than was asked for. */
  'oack-larger',
  /** Requests are answered with an OACK of an option that nobody has heard of. */
  'oack-unknown',
  /** Requests are answered with an OACK whose last value has no end. */
  'oack-malformed',
  /** Every DATA packet has 612 bytes too many. */
  'oversized-block',
  /** Every packet is sent twice. */
  'duplicate',
  /** Packets of more than 1,400 bytes are lost. */
  'large-lost',
  /** Nothing comes after the first block. */
  'stall',
  /** ERROR 0 comes after the first block. */
  'abort',
  /** Every file has full blocks without end. */
  'endless',
  /** The first block comes again and again, without waiting for an acknowledgement. */
  'flood',
  /** Before every packet of the server 127.0.0.2 sends others, and from the second on another port of the server (IPv4 loopback). */
  'strangers',
] as const;

/** A fault of a test TFTP server. */
export type TftpFault = (typeof tftpFaults)[number];

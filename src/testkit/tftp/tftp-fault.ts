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
] as const;

/** A fault of a test TFTP server. */
export type TftpFault = (typeof tftpFaults)[number];

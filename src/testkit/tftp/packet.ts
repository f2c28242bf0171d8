/** Packet types (RFC 1350, section 5; RFC 2347). */
export const opcode = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;

const words: Readonly<Record<number, string>> = { 1: 'RRQ', 2: 'WRQ', 3: 'DATA', 4: 'ACK', 5: 'ERROR', 6: 'OACK' };

/** The type of a packet; `undefined` when it is too short to have one. */
export const opcodeOf = (packet: Buffer): number | undefined =>
  packet.length < 2 ? undefined : packet.readUInt16BE(0);

/** One line about a packet that a client sent: `RRQ sentinel.txt octet blksize 1024`, `ACK 1`, `ERROR 5 wrong port`. */
export const describePacket = (packet: Buffer): string => {
  const type = opcodeOf(packet);
  const word = type === undefined ? undefined : words[type];
  if (type === undefined || word === undefined || packet.length < 4) return `malformed ${packet.toString('hex')}`;
  if (type === opcode.ack || type === opcode.data) return `${word} ${packet.readUInt16BE(2)}`;
  const texts = packet.toString('latin1', type === opcode.error ? 4 : 2).split('\0');
  // Every text ends with a NUL, so the last piece is empty.
  if (texts.at(-1) === '') texts.pop();
  return [word, ...(type === opcode.error ? [packet.readUInt16BE(2)] : []), ...texts].join(' ');
};

const messageDisconnect = 1;
const byApplication = 11;
/** Padding to a multiple of this, of at least 4 bytes, while there is no cipher. */
const blockBytes = 8;

/**
 * SSH_MSG_DISCONNECT by the application as a packet that no key exchange has gone before (RFC 4253, sections 6 and
 * 11.1): sshd takes it for an end in good order.
 */
export const disconnectPacket = (): Buffer => {
  const text = Buffer.from('bye');
  const payloadBytes = 1 + 4 + 4 + text.length + 4;
  const paddingBytes = 4 + blockBytes - ((4 + 1 + payloadBytes + 4) % blockBytes);
  const packet = Buffer.alloc(4 + 1 + payloadBytes + paddingBytes);
  packet.writeUInt32BE(packet.length - 4, 0);
  packet.writeUInt8(paddingBytes, 4);
  packet.writeUInt8(messageDisconnect, 5);
  packet.writeUInt32BE(byApplication, 6);
  packet.writeUInt32BE(text.length, 10);
  // No language tag, and padding of zeros: nothing here is secret.
  text.copy(packet, 14);
  return packet;
};

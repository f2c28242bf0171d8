/** Bytes of file in a full DATA packet when no block size was negotiated (RFC 1350). */
export const blockBytes = 512;

/** Opcodes of RFC 1350, and of RFC 2347 for OACK. */
const opcodes = { request: 1, data: 3, ack: 4, error: 5, optionAck: 6 } as const;

/** Error codes of RFC 1350 and RFC 2347 that we send. */
export const errorCodes = { notDefined: 0, illegalOperation: 4, unknownTransferId: 5, optionsRefused: 8 } as const;

/** How a file is sent: as it is, or with CR LF line ends (RFC 764). */
export type Mode = 'octet' | 'netascii';

/** What a server may send; `malformed` is everything that is none of it, with the reason. */
export type Packet =
  | { readonly kind: 'data'; readonly block: number; readonly payload: Uint8Array }
  | { readonly kind: 'error'; readonly code: number; readonly message: Uint8Array }
  | { readonly kind: 'option-ack' }
  | { readonly kind: 'malformed'; readonly why: string };

/** A read request (RRQ) without options. */
export const encodeReadRequest = (file: string, mode: Mode): Buffer =>
  Buffer.concat([word(opcodes.request), Buffer.from(`${file}\0${mode}\0`)]);

/** An ACK of a block number of 0 to 65535. */
export const encodeAck = (block: number): Buffer => Buffer.concat([word(opcodes.ack), word(block)]);

/** An ERROR with a message in ASCII. */
export const encodeError = (code: number, message: string): Buffer =>
  Buffer.concat([word(opcodes.error), word(code), Buffer.from(`${message}\0`)]);

/** Reads one datagram of a server. Never throws. */
export const decodePacket = (datagram: Buffer): Packet => {
  if (datagram.length < 4) return { kind: 'malformed', why: `a packet of ${datagram.length} bytes` };
  const opcode = datagram.readUInt16BE(0);
  const number = datagram.readUInt16BE(2);
  const rest = datagram.subarray(4);
  switch (opcode) {
    case opcodes.data:
      if (rest.length > blockBytes) return { kind: 'malformed', why: `a DATA block of ${rest.length} bytes` };
      return { kind: 'data', block: number, payload: rest };
    case opcodes.error: {
      const end = rest.indexOf(0);
      return { kind: 'error', code: number, message: end < 0 ? rest : rest.subarray(0, end) };
    }
    case opcodes.optionAck:
      return { kind: 'option-ack' };
    default:
      return { kind: 'malformed', why: `a packet with opcode ${opcode}` };
  }
};

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};

/** Bytes of file in a full DATA packet when no block size was negotiated (RFC 1350). */
export const defaultBlockBytes = 512;

/** Opcodes of RFC 1350, and of RFC 2347 for OACK. */
const opcodes = { request: 1, data: 3, ack: 4, error: 5, optionAck: 6 } as const;

/** Error codes of RFC 1350 and RFC 2347 that we send. */
export const errorCodes = { notDefined: 0, full: 3, illegalOperation: 4, unknownTransferId: 5, options: 8 } as const;

/** How a file is sent: as it is, or with CR LF line ends (RFC 764). */
export type Mode = 'octet' | 'netascii';

/** An option of a request or its acknowledgement as it stands in the packet: name and value (RFC 2347). */
export type OptionPair = readonly [name: string, value: string];

/** What a server may send; `malformed` is everything that is none of it, with the reason. */
export type Packet =
  | { readonly kind: 'data'; readonly block: number; readonly payload: Uint8Array }
  | { readonly kind: 'error'; readonly code: number; readonly message: Uint8Array }
  | { readonly kind: 'option-ack'; readonly options: readonly OptionPair[] }
  | { readonly kind: 'malformed'; readonly why: string };

/** A read request (RRQ), with options as RFC 2347 has it. */
export const encodeReadRequest = (file: string, mode: Mode, options: readonly OptionPair[] = []): Buffer =>
  Buffer.from(`\0\x01${file}\0${mode}\0${options.map(([name, value]) => `${name}\0${value}\0`).join('')}`);

/** An ACK of a block number of 0 to 65535. */
export const encodeAck = (block: number): Buffer => Buffer.from([0, opcodes.ack, block >> 8, block & 0xff]);

/** An ERROR with a code of 0 to 255 and a message in ASCII. */
export const encodeError = (code: number, message: string): Buffer =>
  Buffer.concat([Buffer.from([0, opcodes.error, 0, code]), Buffer.from(`${message}\0`)]);

/** Reads one datagram of a server. Never throws. */
export const decodePacket = (datagram: Buffer): Packet => {
  if (datagram.length < 4) return malformed(`a packet of ${count(datagram.length)}`);
  const opcode = datagram.readUInt16BE(0);
  if (opcode === opcodes.optionAck) return decodeOptionAck(datagram);
  if (opcode !== opcodes.data && opcode !== opcodes.error) return malformed(`a packet with opcode ${opcode}`);
  const number = datagram.readUInt16BE(2);
  const rest = datagram.subarray(4);
  if (opcode === opcodes.data) return { kind: 'data', block: number, payload: rest };
  const end = rest.indexOf(0);
  return { kind: 'error', code: number, message: end < 0 ? rest : rest.subarray(0, end) };
};

/** No server has more to say in its options; what is longer is not looked at. */
const longestOptionAck = 512;

const decodeOptionAck = (datagram: Buffer): Packet => {
  if (datagram.length > longestOptionAck) return malformed(`an OACK of ${count(datagram.length)}`);
  const texts = datagram.toString('latin1', 2).split('\0');
  // Every text ends with a NUL, so what comes after the last one is empty.
  if (texts.pop() !== '') return malformed('an OACK without its final NUL');
  const options: OptionPair[] = [];
  for (let i = 0; i < texts.length; i += 2) {
    const [name = '', value] = [texts[i], texts[i + 1]];
    if (name === '' || value === undefined) return malformed('an OACK whose names and values are no pairs');
    options.push([name, value]);
  }
  return { kind: 'option-ack', options };
};

const malformed = (why: string): Packet => ({ kind: 'malformed', why });

const count = (bytes: number): string => `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;

import { opcode } from './packet.ts';
import type { TftpFault } from './tftp-fault.ts';

/** What a request asks for: file, mode, and names and values of options. */
const textsOf = (request: Buffer): string[] => request.toString('latin1', 2).split('\0').slice(0, -1);

/** A request without its options. */
export const withoutOptions = (request: Buffer): Buffer => {
  const [file = '', mode = ''] = textsOf(request);
  return Buffer.concat([request.subarray(0, 2), Buffer.from(`${file}\0${mode}\0`, 'latin1')]);
};

const packet = (type: number, ...parts: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.concat([
    Buffer.of(0, type),
    ...parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  ]);

const oack = (texts: readonly string[]): Buffer => packet(opcode.oack, texts.map((text) => `${text}\0`).join(''));

const oneMore = (request: Buffer): Buffer =>
  oack(
    textsOf(request)
      .slice(2)
      .map((text, index) => (index % 2 ? String(Number(text) + 1) : text)),
  );

const escapes = packet(
  opcode.error,
  Buffer.of(0, 0),
  '\u001b[31m|=;\u0000\r\n',
  '\u001b]0;|é\u0007\u009b\u00ff'.repeat(600),
);

const answers: readonly (readonly [TftpFault, (request: Buffer) => Buffer | undefined])[] = [
  // A DATA packet whose block number is cut in half.
  ['garbage', () => packet(opcode.data, Buffer.of(0))],
  ['empty-packet', () => Buffer.alloc(0)],
  ['unknown-opcode', () => packet(9, Buffer.of(0, 1))],
  ['error-escapes', () => escapes],
  [
    'options-refused',
    (request) => (textsOf(request).length > 2 ? packet(opcode.error, Buffer.of(0, 8), 'no options\0') : undefined),
  ],
  ['oack-unasked', () => oack(['tsize', '3'])],
  ['oack-larger', oneMore],
  ['oack-unknown', () => oack(['multicast', '239.0.0.1,1758,1'])],
  ['oack-malformed', () => packet(opcode.oack, 'blksize\u00001428')],
];

/** What is said instead of an answer to a request, if a fault wants that; nothing comes after it. */
export const hostileAnswer = (request: Buffer, faults: ReadonlySet<TftpFault>): Buffer | undefined => {
  for (const [fault, answer] of answers) {
    const said = faults.has(fault) ? answer(request) : undefined;
    if (said) return said;
  }
  return undefined;
};

import { type CheckContext, cleanText } from '../../src/checker/index.ts';
import { decodePacket } from './packet.ts';

/** Writes the dialogue of a run down as it goes by, each line with the seconds since the beginning. */
export interface Transcript {
  /** A packet of ours: `0.000 > RRQ sentinel.txt octet`. */
  sent(packet: Buffer): void;
  /** A packet that came: `0.001 < DATA 1, 12 bytes`. */
  heard(packet: Buffer): void;
  /** Anything else that happened: `0.001 = 10.2.0.11 port 40123 answers`. */
  note(event: string): void;
}

/** So many packets of a long transfer are written down; then only what is neither a block nor its acknowledgement. */
const mostPackets = 24;

/** Opens the transcript of a run, which begins now; `-v` shows it as it goes by. `undefined` when nobody wants one. */
export const openTranscript = ({
  clock,
  transcript,
  verbose,
}: Pick<CheckContext, 'clock' | 'transcript' | 'verbose'>): Transcript | undefined => {
  if (!transcript && !verbose) return undefined;
  const write = (line: string) => {
    transcript?.(line);
    verbose?.(`${line}\n`);
  };
  const startedAt = clock.now();
  let packets = 0;
  const add = (mark: '>' | '<' | '=', text: string) =>
    write(`${((clock.now() - startedAt) / 1_000).toFixed(3)} ${mark} ${cleanText(text)}`);
  const addPacket = (mark: '>' | '<', said: string) => {
    const isRoutine = /^(DATA|ACK) /.test(said);
    if (isRoutine) packets++;
    if (isRoutine && packets === mostPackets + 1) add('=', 'and so on');
    if (!isRoutine || packets <= mostPackets) add(mark, said);
  };
  return {
    sent: (packet) => addPacket('>', describeSent(packet)),
    heard: (packet) => addPacket('<', describeHeard(packet)),
    note: (event) => add('=', event),
  };
};

const words: Readonly<Record<number, string>> = { 1: 'RRQ', 4: 'ACK', 5: 'ERROR' };

const describeSent = (packet: Buffer): string => {
  const [opcode, number] = [packet.readUInt16BE(0), packet.readUInt16BE(2)];
  const texts = packet.toString('utf8', opcode === 1 ? 2 : 4, packet.length - 1).replaceAll('\0', ' ');
  return [words[opcode], opcode === 1 ? '' : number, opcode === 4 ? '' : texts].filter((part) => part !== '').join(' ');
};

const describeHeard = (datagram: Buffer): string => {
  const packet = decodePacket(datagram);
  switch (packet.kind) {
    case 'data':
      return `DATA ${packet.block}, ${packet.payload.length} bytes`;
    case 'error':
      return `ERROR ${packet.code} ${cleanText(packet.message)}`.trimEnd();
    case 'option-ack':
      return ['OACK', ...packet.options.flat()].join(' ');
    case 'malformed':
      return `(${packet.why})`;
    default:
      return packet satisfies never;
  }
};

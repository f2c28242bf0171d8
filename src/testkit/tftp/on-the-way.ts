import { opcode, opcodeOf } from './packet.ts';
import type { TftpFault } from './tftp-fault.ts';

/** What a path lets through at most when it loses large packets, in bytes of UDP payload. */
const largestCarried = 1_400;

/** More than a block has room for that was not negotiated, whatever is in it. */
const surplus = Buffer.alloc(612, '!');

/** What one transfer's packets become on their way to the client. */
export interface OnTheWay {
  /** The packets that arrive for one that the server sent. */
  carry(packet: Buffer): readonly Buffer[];
}

/** The way that the faults make. */
export const onTheWay = (faults: ReadonlySet<TftpFault>): OnTheWay => {
  let blocks = 0;
  return {
    carry(packet) {
      const isBlock = opcodeOf(packet) === opcode.data;
      if (isBlock) blocks++;
      if (blocks > 1 && faults.has('abort')) return [Buffer.from('\0\x05\0\0the disk is on fire\0', 'latin1')];
      if (blocks > 1 && faults.has('stall')) return [];
      const sent = isBlock && faults.has('oversized-block') ? Buffer.concat([packet, surplus]) : packet;
      if (sent.length > largestCarried && faults.has('large-lost')) return [];
      return faults.has('duplicate') ? [sent, sent] : [sent];
    },
  };
};

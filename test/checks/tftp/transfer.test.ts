import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionPairs } from '../../../checks/tftp/negotiation.ts';
import { decodePacket } from '../../../checks/tftp/packet.ts';
import { Transfer, type TransferEnd, type TransferTerms } from '../../../checks/tftp/transfer.ts';
import { data, error, optionAck, told } from './udp-peer.ts';

const full = Buffer.alloc(512, 'x');
const plain: TransferTerms = { maxBytes: 1024 * 1024, asked: {}, required: [], firstBlock: false };

/** What a transfer does with packets, one after another: the reply, and the kind of its end. */
const replay = (packets: readonly Buffer[], terms: Partial<TransferTerms> = {}): string[] => {
  const transfer = new Transfer({ ...plain, ...terms });
  return packets.map((packet) => {
    const { reply, end } = transfer.accept(decodePacket(packet));
    return [reply && told({ bytes: reply }), end?.kind].filter(Boolean).join(', ') || 'ignored';
  });
};

describe('a transfer', () => {
  it.each([
    ['ends with the first short block', [data(1, full), data(2, 'x')], ['ACK 1', 'ACK 2, file']],
    ['takes an empty block as the end of a full one', [data(1, full), data(2)], ['ACK 1', 'ACK 2, file']],
    ['acknowledges the last block again', [data(1, full), data(1, full), data(2)], ['ACK 1', 'ACK 1', 'ACK 2, file']],
    [
      'does not acknowledge an older block again',
      [data(1, full), data(2, full), data(1, full), data(3)],
      ['ACK 1', 'ACK 2', 'ignored', 'ACK 3, file'],
    ],
    ['ignores a block that runs ahead', [data(1, full), data(3, full), data(2)], ['ACK 1', 'ignored', 'ACK 2, file']],
    ['ignores a first block with a wrong number', [data(7, 'x'), data(0, 'x')], ['ignored', 'ignored']],
    ['ends at an error without an answer', [data(1, full), error(0, 'gone')], ['ACK 1', 'error']],
    ['refuses options that nobody asked for', [optionAck], ['ERROR 8, protocol']],
    ['refuses a broken packet', [data(1, full), Buffer.from([0, 3, 0])], ['ACK 1', 'ERROR 4, protocol']],
  ])('%s', (_, packets, reactions) => {
    expect(replay(packets)).toEqual(reactions);
  });

  it('is broken off with an ERROR as soon as it is too large', () => {
    expect(replay([data(1, full), data(2, 'x')], { maxBytes: 512 })).toEqual(['ACK 1', 'ERROR 3, too-large']);
    expect(replay([data(1, full), data(2)], { maxBytes: 512 })).toEqual(['ACK 1', 'ACK 2, file']);
  });

  it.each([0, 1])('goes on after block 65535 with block %d', (next) => {
    const transfer = new Transfer({ ...plain, maxBytes: 64 * 1024 * 1024 });
    for (let block = 1; block <= 65_535; block++) transfer.accept({ kind: 'data', block, payload: full });
    transfer.accept({ kind: 'data', block: next, payload: full });
    const { end } = transfer.accept({ kind: 'data', block: next + 1, payload: Buffer.from('end') });
    expect(end?.kind === 'file' && end.bytes.length).toBe(65_536 * 512 + 3);
  });

  it('puts any file together, however its packets are doubled', () => {
    const doubling = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), doubling, (file, doubled) => {
        const transfer = new Transfer({ ...plain, maxBytes: file.length });
        for (let block = 1; ; block++) {
          const packet = decodePacket(data(block, file.subarray((block - 1) * 512, block * 512)));
          if (packet.kind === 'data' && packet.payload.length === 512 && doubled[block]) transfer.accept(packet);
          const { end } = transfer.accept(packet);
          if (!end) continue;
          expect(end).toEqual({ kind: 'file', bytes: Buffer.from(file), whole: true });
          return;
        }
      }),
    );
  });

  it('puts any file together in windows, whatever is lost, doubled or late on the way', () => {
    const blksize = 8;
    const fates = fc.array(fc.constantFrom('arrives', 'lost', 'twice', 'late'), { maxLength: 60 });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 9 }),
        fates,
        (file, windowsize, fated) => {
          const asked = { blksize, windowsize };
          const transfer = new Transfer({ ...plain, asked });
          transfer.accept({ kind: 'option-ack', options: optionPairs(asked) });
          const fate = fated.values();
          const late: number[] = [];
          let acknowledged = 0;
          let end: TransferEnd | undefined;
          const hear = (block: number) => {
            const payload = file.subarray((block - 1) * blksize, block * blksize);
            const reaction = transfer.accept({ kind: 'data', block, payload });
            end ??= reaction.end;
            if (reaction.reply) acknowledged = reaction.reply.readUInt16BE(2);
          };
          const last = Math.floor(file.length / blksize) + 1;
          // A server sends the window behind what was acknowledged; after a silence the last ACK comes again.
          for (let round = 0; !end; round++) {
            expect(round).toBeLessThan(200);
            for (const block of late.splice(0)) hear(block);
            const first = acknowledged + 1;
            for (let block = first; block < first + windowsize && block <= last && !end; block++) {
              const { value = 'arrives' } = fate.next();
              if (value === 'late') late.push(block);
              if (value === 'arrives' || value === 'twice') hear(block);
              if (value === 'twice' && !end) hear(block);
            }
            acknowledged = transfer.again()?.readUInt16BE(2) ?? 0;
          }
          expect(end).toEqual({ kind: 'file', bytes: Buffer.from(file), whole: true });
        },
      ),
    );
  });

  it.each([1, 16])(
    'ends when nothing new comes in a thousand packets and some more, in windows of %d',
    (windowsize) => {
      const asked = { windowsize };
      const transfer = new Transfer({ ...plain, asked });
      transfer.accept({ kind: 'option-ack', options: optionPairs(asked) });
      let reaction = transfer.accept({ kind: 'data', block: 1, payload: full });
      let packets = 0;
      for (; !reaction.end; packets++) reaction = transfer.accept({ kind: 'data', block: 1, payload: full });
      expect(packets).toBe(1_001 + 2 * windowsize);
      expect(reaction.end).toMatchObject({ kind: 'protocol' });
    },
  );
});

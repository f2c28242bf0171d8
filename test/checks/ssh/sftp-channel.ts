import { Duplex } from 'node:stream';
import { type PacketName, PacketReader, packetTypes, renderPacket } from '../../../checks/ssh/sftp/packet.ts';
import { uint32, uint64, WireReader, wireString } from '../../../checks/ssh/wire.ts';

/** What becomes of one answer: other bytes, or nothing at all. */
export type Spoil = (answer: Buffer, which: number) => Buffer;

/** A file of 40,000 bytes, which takes two pieces. */
export const content = Buffer.alloc(40_000, 'moo');

const attributes = Buffer.concat([uint32(1 | 4 | 8), uint64(content.length), uint32(0o100644), uint32(5), uint32(5)]);
const status = (code: number): [PacketName, Buffer] => [
  'status',
  Buffer.concat([uint32(code), wireString('said'), wireString('')]),
];

/** What a sound server with one file answers. */
const answerTo = (type: number, body: WireReader, listed: { times: number }): [PacketName, Buffer] => {
  switch (type) {
    case packetTypes.realpath:
      return ['name', Buffer.concat([uint32(1), wireString('/'), wireString('/'), uint32(0)])];
    case packetTypes.stat:
      return ['attrs', attributes];
    case packetTypes.open:
    case packetTypes.opendir:
      return ['handle', wireString('h')];
    case packetTypes.read: {
      body.string();
      const [offset, length] = [body.uint64(), body.uint32()];
      const piece = content.subarray(offset, offset + length);
      return piece.length > 0 ? ['data', wireString(piece)] : status(1);
    }
    case packetTypes.readdir:
      if (listed.times++ > 0) return status(1);
      return [
        'name',
        Buffer.concat([
          uint32(2),
          ...['.', 'calf'].map((name) => Buffer.concat([wireString(name), wireString('long'), attributes])),
        ]),
      ];
    default:
      return status(0);
  }
};

/** A channel behind which a sound SFTP server sits, whose answers are spoilt on their way. */
export const spoiltChannel = (spoil: Spoil = (answer) => answer): Duplex => {
  const reader = new PacketReader();
  const listed = { times: 0 };
  let which = 0;
  return new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      for (const { type, body } of reader.push(bytes)) {
        const request = new WireReader(body);
        const id = request.uint32();
        const answer =
          type === packetTypes.init
            ? renderPacket('version', uint32(3))
            : (([name, parts]) => renderPacket(name, uint32(id), parts))(answerTo(type, request, listed));
        const spoilt = spoil(answer, which++);
        if (spoilt.length > 0) this.push(spoilt);
      }
      done();
    },
  });
};

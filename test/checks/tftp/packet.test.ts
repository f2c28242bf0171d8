import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket, encodeAck, encodeError, encodeReadRequest } from '../../../checks/tftp/packet.ts';
import { data, error, optionAck } from './udp-peer.ts';

describe('packets of RFC 1350', () => {
  it('writes a read request, an acknowledgement and an error as the RFC draws them', () => {
    expect(encodeReadRequest('boot/pxelinux.0', 'octet')).toEqual(Buffer.from('\0\x01boot/pxelinux.0\0octet\0'));
    expect(encodeAck(65_535)).toEqual(Buffer.from([0, 4, 0xff, 0xff]));
    expect(encodeError(5, 'who?')).toEqual(Buffer.from('\0\x05\0\x05who?\0'));
  });

  it.each([
    ['a block', data(258, 'OK'), { kind: 'data', block: 258, payload: Buffer.from('OK') }],
    ['an empty block', data(2), { kind: 'data', block: 2, payload: Buffer.from('') }],
    ['a full block', data(1, Buffer.alloc(512)), { kind: 'data', block: 1, payload: Buffer.alloc(512) }],
    ['an error', error(1, 'File not found'), { kind: 'error', code: 1, message: Buffer.from('File not found') }],
    [
      'an error without its final NUL',
      Buffer.from('\0\x05\0\x02no'),
      { kind: 'error', code: 2, message: Buffer.from('no') },
    ],
    ['an option acknowledgement', optionAck, { kind: 'option-ack', options: [['tsize', '4']] }],
    ['nothing', Buffer.alloc(0), { kind: 'malformed', why: 'a packet of 0 bytes' }],
    ['the broken resend of atftpd 0.8.0', Buffer.from([0, 3, 0]), { kind: 'malformed', why: 'a packet of 3 bytes' }],
    ['a request', encodeReadRequest('x', 'octet'), { kind: 'malformed', why: 'a packet with opcode 1' }],
  ])('reads %s', (_, datagram, packet) => {
    expect(decodePacket(datagram)).toEqual(packet);
  });

  it('reads any datagram without throwing, and takes no more from it than it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const packet = decodePacket(Buffer.from(bytes));
        if (packet.kind === 'data') expect(data(packet.block, packet.payload)).toEqual(Buffer.from(bytes));
        if (packet.kind === 'error') expect(packet.message.length).toBeLessThanOrEqual(bytes.length - 4);
      }),
    );
  });

  it('reads back every block it can be sent', () => {
    fc.assert(
      fc.property(fc.nat(65_535), fc.uint8Array({ maxLength: 512 }), (block, payload) => {
        const packet = decodePacket(data(block, payload));
        expect(packet).toEqual({ kind: 'data', block, payload: Buffer.from(payload) });
      }),
    );
  });
});

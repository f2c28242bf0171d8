import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Offer, OfferReader } from '../../../checks/ssh/key-exchange-offer.ts';
import { uint32, wireString } from '../../../checks/ssh/wire.ts';

/** An SSH packet before there is any cipher. */
const packet = (payload: Buffer) => Buffer.concat([uint32(payload.length + 5), Buffer.of(4), payload, Buffer.alloc(4)]);

const kexInit = (...lists: string[]) => packet(Buffer.concat([Buffer.alloc(17, 20), ...lists.map(wireString)]));

const sound = kexInit('k1,k2', 'h1', 'c1,c2', 'back', 'm1', 'back', 'none', 'none', '', '');
const offer: Offer = { kex: ['k1', 'k2'], hostKeys: ['h1'], ciphers: ['c1', 'c2'], macs: ['m1'] };

const read = (...pieces: Buffer[]) => {
  const reader = new OfferReader();
  return pieces.map((piece) => reader.push(piece)).find((found) => found !== undefined);
};

describe('the offer of a server', () => {
  it('is read once, however it is cut, and whatever comes before it', () => {
    const ignore = packet(Buffer.concat([Buffer.of(2), wireString('moo')]));
    const bytes = Buffer.concat([ignore, sound]);
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.nat(bytes.length), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const pieces = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
        expect(read(...pieces)).toEqual(offer);
      }),
    );
    const reader = new OfferReader();
    expect([reader.push(bytes), reader.push(bytes)]).toEqual([offer, undefined]);
  });

  it.each([
    ['is cut off', kexInit('k1', 'h1')],
    ['has no list', packet(Buffer.alloc(17, 20))],
    ['is no packet', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
    ['never comes', Buffer.alloc(100_000)],
  ])('that %s is none', (_, bytes) => {
    expect(read(bytes, sound)).toBeUndefined();
  });

  it('is clean and bounded', () => {
    const found = read(kexInit('a\x1b[2J|x', `${'h,'.repeat(10_000)}h`, 'c'.repeat(9_000), '', '', '', '', '', '', ''));
    expect(found?.kex).toEqual(['a [2J x']);
    expect(found?.hostKeys).toHaveLength(64);
    expect(found?.ciphers).toEqual(['c'.repeat(64)]);
    expect(found?.macs).toEqual([]);
  });

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => {
        for (const list of Object.values(read(...pieces.map((piece) => Buffer.from(piece))) ?? {}))
          expect(list.length).toBeLessThanOrEqual(64);
      }),
    );
  });
});

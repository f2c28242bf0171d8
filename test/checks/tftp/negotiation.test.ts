import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { negotiate, optionPairs, type TransferOptions } from '../../../checks/tftp/negotiation.ts';
import { decodePacket } from '../../../checks/tftp/packet.ts';
import { oack } from './udp-peer.ts';

const all: TransferOptions = { blksize: 1_428, tsize: 0, timeout: 2, windowsize: 4 };

describe('an OACK', () => {
  it.each<[TransferOptions, readonly (readonly [string, string])[], TransferOptions]>([
    [all, [], {}],
    [all, [['blksize', '1428']], { blksize: 1_428 }],
    [all, [['BlkSize', '512']], { blksize: 512 }],
    [all, [['tsize', '100000']], { tsize: 100_000 }],
    [
      all,
      [
        ['windowsize', '1'],
        ['timeout', '2'],
      ],
      { windowsize: 1, timeout: 2 },
    ],
  ])('to %j may say %j', (asked, pairs, granted) => {
    expect(negotiate(asked, pairs)).toEqual({ granted });
  });

  it.each<[readonly string[], string]>([
    [['blksize', '1429'], 'with blksize 1429, more than the 1428 that was asked for'],
    [['blksize', '7'], 'with blksize 7, less than is allowed'],
    [['windowsize', '5'], 'with windowsize 5, more than the 4 that was asked for'],
    [['windowsize', '0'], 'with windowsize 0, less than is allowed'],
    [['timeout', '3'], 'with timeout 3, where 2 was asked for'],
    [['blksize', '-1'], 'with blksize "-1", which is no number'],
    [['blksize', ''], 'with blksize "", which is no number'],
    [['tsize', '1e9'], 'with tsize "1e9", which is no number'],
    [['tsize', '9'.repeat(16)], `with tsize "${'9'.repeat(16)}", which is no number`],
    [['multicast', '1'], 'with multicast, which was not asked for'],
    [['__proto__', '1'], 'with __proto__, which was not asked for'],
    [['tsize', '1', 'TSIZE', '1'], 'with tsize twice'],
  ])('must not say %j', (texts, fault) => {
    const packet = decodePacket(oack(...texts));
    expect(packet.kind === 'option-ack' && negotiate(all, packet.options)).toEqual({ fault });
  });

  it.each([
    ['without its final NUL', Buffer.from('\0\x06tsize\x004'), 'an OACK without its final NUL'],
    ['of a name alone', oack('tsize'), 'an OACK whose names and values are no pairs'],
    ['of an empty name', oack('', '4'), 'an OACK whose names and values are no pairs'],
    ['of far too much', oack('tsize', '4'.repeat(600)), 'an OACK of 609 bytes'],
  ])('is malformed %s', (_, datagram, why) => {
    expect(decodePacket(datagram)).toEqual({ kind: 'malformed', why });
  });

  const options = fc.record(
    {
      blksize: fc.integer({ min: 8, max: 65_464 }),
      tsize: fc.constant(0),
      timeout: fc.integer({ min: 1, max: 255 }),
      windowsize: fc.integer({ min: 1, max: 65_535 }),
    },
    { requiredKeys: [] },
  );

  it('that says what was asked grants it, in whatever order', () => {
    fc.assert(
      fc.property(options, fc.boolean(), (asked, turned) => {
        const pairs = optionPairs(asked);
        expect(negotiate(asked, turned ? pairs.toReversed() : pairs)).toEqual({ granted: asked });
      }),
    );
  });

  it('never grants what was not asked for, or more than that', () => {
    const name = fc.constantFrom('blksize', 'tsize', 'timeout', 'windowsize', 'Blksize', 'x');
    const value = fc.oneof(fc.nat(70_000).map(String), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(options, fc.array(fc.tuple(name, value), { maxLength: 4 }), (asked, pairs) => {
        const negotiation = negotiate(asked, pairs);
        if ('fault' in negotiation) return;
        const { granted } = negotiation;
        for (const [key, number] of Object.entries(granted)) {
          const most = asked[key as keyof TransferOptions];
          expect(most).toBeDefined();
          if (key !== 'tsize') expect(number).toBeLessThanOrEqual(most ?? -1);
        }
      }),
    );
  });
});

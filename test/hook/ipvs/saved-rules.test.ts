import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSavedRules } from '../../../src/hook/ipvs/saved-rules.ts';
import {
  markService,
  parseEndpoint,
  parseService,
  renderEndpoint,
  takeService,
} from '../../../src/hook/ipvs/service.ts';
import { parseThresholds } from '../../../src/hook/ipvs/thresholds.ts';

/** What was recorded of a command, in order: its standard output. */
const recorded = (command: string): string[] =>
  readFileSync(join(import.meta.dirname, 'ipvsadm-1.31.txt'), 'utf8')
    .split(/^\$ /m)
    .filter((block) => block.startsWith(`${command}\n`) && /^= 0$/m.test(block))
    .map((block) => block.split(/^= 0$/m)[0]?.slice(command.length + 1) ?? '');

/** What was understood, as ipvsadm would have printed it, without the options of services. */
const printed = (text: string): string[] =>
  [...parseSavedRules(text).values()].flatMap(({ service, servers }) => [
    ['-A', ...service.words].join(' '),
    ...servers.map((server) =>
      ['-a', ...service.words, '-r', renderEndpoint(server), server.method, '-w', server.weight, ...server.flags].join(
        ' ',
      ),
    ),
  ]);

describe('what ipvsadm -Sn printed', () => {
  it.each(recorded('ipvsadm -Sn').map((text, i) => [i, text]))(
    'is understood to the last word: recording %i',
    (_, text) => {
      const expected = String(text)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (line.startsWith('-A') ? line.replace(/ -s .*$/, '') : line));
      expect(printed(String(text))).toEqual(expected);
    },
  );

  it('was recorded often enough', () => {
    expect(recorded('ipvsadm -Sn').length).toBeGreaterThan(15);
  });

  it('says of each service whether it is persistent', () => {
    const text = '-A -t 192.0.2.10:21 -s rr -p 360\n-A -u 192.0.2.10:69 -s wrr\n-A -f 6 -6 -s rr -p 50 -M 64\n';
    const services = [...parseSavedRules(text).values()].map(({ service, persistent }) => [service.key, persistent]);
    expect(services).toEqual([
      ['tcp 192.0.2.10:21', true],
      ['udp 192.0.2.10:69', false],
      ['mark 6 ipv6', true],
    ]);
  });

  it.each([
    'Zugriff verweigert',
    '-A -t vip.example:ftp -s rr',
    '-a -t 192.0.2.10:21 -r 10.0.0.1:21 -m -w 1',
    '-A -t 192.0.2.10:21 -s rr\n-a -t 192.0.2.10:21 -r 10.0.0.1:21 -m',
    '-A -t 192.0.2.10:21 -s rr\n-a -t 192.0.2.10:21 -r 10.0.0.1:21 -x -w 1',
    '-A -t 192.0.2.10:21 -s rr\n-a -t 192.0.2.10:21 -r 10.0.0.1:ftp -m -w 1',
    '-A -t 192.0.2.10:21 -s rr\n-a -t 192.0.2.10:21 -r 10.0.0.1:21 -m -w -1',
    '-A -f x -s rr',
  ])('is not guessed at: %j', (text) => {
    expect(() => parseSavedRules(text)).toThrow('cannot read what ipvsadm printed');
  });

  it('throws nothing but that, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseSavedRules(text);
        } catch (error) {
          expect((error as Error).message).toMatch(/^cannot read what ipvsadm printed/);
        }
        parseThresholds(text);
      }),
    );
  });
});

it('reads thresholds, which nothing else shows', () => {
  const [first = '', second = ''] = [
    ...recorded('ipvsadm -Ln --thresholds'),
    ...recorded('ipvsadm -Ln --thresholds -t 192.0.2.10:443'),
  ];
  expect(parseThresholds(first).get('tcp 192.0.2.10:443 10.11.12.2:443')).toEqual({ upper: 100, lower: 50 });
  expect(parseThresholds(first).get('sctp 192.0.2.10:9999 10.11.12.2:9999')).toEqual({ upper: 0, lower: 0 });
  expect(parseThresholds(second).get('tcp 192.0.2.10:443 10.11.12.2:443')).toEqual({ upper: 0, lower: 0 });
  const marks =
    'FWM  6 IPv6 rr\n  -> [2001:db8:1::2]:0            7          3          0          0\nFWM  6 rr\n  -> 10.0.0.1:0 1 2 0 0\n';
  expect(parseThresholds(marks)).toEqual(
    new Map([
      ['mark 6 ipv6 [2001:db8:1::2]:0', { upper: 7, lower: 3 }],
      ['mark 6 10.0.0.1:0', { upper: 1, lower: 2 }],
    ]),
  );
});

it.each([
  ['tcp 10.1.0.100:21', ['-t', '10.1.0.100:21']],
  ['udp [2001:DB8:0::10]:69', ['-u', '[2001:db8::10]:69']],
  ['sctp 10.1.0.100:9999', ['--sctp-service', '10.1.0.100:9999']],
  ['mark 21', ['-f', '21']],
  ['mark 21 ipv4', ['-f', '21']],
  ['mark 6  ipv6', ['-f', '6', '-6']],
  ['mark 0', undefined],
  ['mark 4294967296', undefined],
  ['mark 21 ipv5', undefined],
  ['tcp 10.1.0.100', undefined],
  ['tcp 10.1.0.100:65536', undefined],
  ['tcp 2001:db8::10:21', undefined],
  ['tcp [10.1.0.100]:21', undefined],
  ['tcp vip.example:21', undefined],
  ['tcp 10.1.0.100:21 ipv4', undefined],
  ['icmp 10.1.0.100:21', undefined],
  ['', undefined],
])('takes the service %j for %j', (text, words) => {
  expect(parseService(text)?.words).toEqual(words);
});

it('reads what it writes, of every endpoint and every mark', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(address, fc.nat(65_535), fc.integer({ min: 1, max: 2 ** 32 - 1 }), (address, port, mark) => {
      const endpoint = parseEndpoint(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
      if (!endpoint) throw new Error(`${address} was not understood`);
      expect(parseEndpoint(renderEndpoint(endpoint))).toEqual(endpoint);
      for (const family of [4, 6] as const) {
        const { words, key } = markService(mark, family);
        expect(takeService(words)?.service.key).toBe(key);
        expect(parseService(key)?.key).toBe(key);
      }
    }),
  );
});

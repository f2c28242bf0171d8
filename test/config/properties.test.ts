import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/clock/duration.ts';
import { ConfigError, formatAddress, parseAddress, parseConfig } from '../../src/config/index.ts';
import { findJsonMistake } from '../../src/config/json-syntax.ts';
import { plain } from '../../src/config/known-part.ts';
import { parseSource } from '../../src/config/parse-source.ts';
import { registry } from './registry.ts';

const valid = `
defaults: { interval: 10s }
farms:
  ftp:
    vip: 10.1.0.100:21
    check: { type: ftp, user: probe, password: { env: X } }
    guard: { minUp: 50% }
    backends:
      b1: 10.2.0.11
      b2: { host: b2.example.org }
    hooks:
      - type: exec
        command: [/bin/true, "{farm}"]
`;

/** A value that has the keys of a config, with anything behind them. */
const nearlyConfig = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('ftp', 'exec', '10.2.0.11', '5s', 'off', 'hold', null, 0, 1, -1, 2.5, true, '', '50%'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'farms',
        'ftp',
        'check',
        'type',
        'backends',
        'hooks',
        'guard',
        'minUp',
        'listen',
        'b1',
        'host',
        'password',
        'file',
        'command',
        'defaults',
        'fall',
        '__proto__',
        'constructor',
        'names',
      ),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value;

/** Nothing but a config or a ConfigError that points into the text. */
const expectVerdict = (text: string, file: string): void => {
  try {
    expect(parseConfig(text, file, registry).farms.length).toBeGreaterThan(0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = text.split(/\r\n|\r|\n/).length;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { line, column, message } of error.problems) {
      expect(line).toBeGreaterThan(0);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThan(0);
      expect(message).not.toMatch(/undefined|\[object|Invalid|NaN:/);
    }
  }
};

describe('any text', () => {
  it('that is a value of any kind gives a config or problems with places', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyConfig, fc.jsonValue()), fc.constantFrom('a.yaml', 'a.json'), (value, file) =>
        expectVerdict(JSON.stringify(value, null, 2), file),
      ),
      { numRuns: 500 },
    );
  });

  it('that was once a config gives a config or problems with places', () => {
    const cut = fc.record({
      from: fc.nat(valid.length),
      length: fc.nat(12),
      instead: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom('\n', '\t', ': ', '- ', '[', '{', '*a', '&a ', '"', '!x '),
      ),
    });
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
        let text = valid;
        for (const { from, length, instead } of cuts) text = text.slice(0, from) + instead + text.slice(from + length);
        expectVerdict(text, 'a.yaml');
      }),
      { numRuns: 500 },
    );
  });

  it('that is random gives a config or problems with places', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('a.yaml', 'a.json'), expectVerdict),
      { numRuns: 500 },
    );
  });
});

describe('JSON', () => {
  it('means the same to us as to JSON.parse', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', '  ', '\t'), (value, indent) => {
        fc.pre(value !== null);
        const { root } = parseSource(JSON.stringify(value, null, indent), true);
        expect(root && plain(root)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is found wrong exactly when JSON.parse does', () => {
    const json = fc.jsonValue().map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(
        json,
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', ']', ':', '0', '-', ' ', 'e'),
        (text, at, instead) => {
          const broken = text.slice(0, at % text.length) + instead + text.slice((at % text.length) + 1);
          let parses = true;
          try {
            JSON.parse(broken);
          } catch {
            parses = false;
          }
          expect(findJsonMistake(broken) === undefined).toBe(parses);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('printed and read back', () => {
  it('a duration is the same', () => {
    fc.assert(
      fc.property(fc.nat(365 * 86_400_000), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  it('an address is the same', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
    fc.assert(
      fc.property(host, port, (name, number) => {
        const address = { host: name, ...(number !== undefined && { port: number }) };
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeComponent, encodeHeader, encodeJson, encodeXml } from '../../../src/hook/http/encode.ts';
import { fillBody } from '../../../src/hook/http/fill-body.ts';
import { parseRetryAfter } from '../../../src/hook/http/retry-after.ts';
import { isInSpans, parseStatusSpan } from '../../../src/hook/http/status-list.ts';

const anyText = fc.string({ unit: 'binary' });

it('keeps every value inside its part of a URL', () => {
  fc.assert(
    fc.property(
      anyText.filter((text) => !/^\.\.?$/.test(text)),
      (text) => {
        const url = new URL(`http://lb.example/a/${encodeComponent(text)}/b?c=${encodeComponent(text)}&d`);
        expect(url.pathname.split('/')).toHaveLength(4);
        expect([...url.searchParams.keys()]).toEqual(['c', 'd']);
        expect(url.searchParams.get('c')).toBe(text.toWellFormed());
      },
    ),
  );
});

it('keeps every value inside its string of JSON, in a text as in a map', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const why = text.toWellFormed();
      expect(JSON.parse(fillBody('{"why":"it {summary}","then":1}', { summary: text }, encodeJson))).toEqual({
        why: `it ${why}`,
        // biome-ignore lint/suspicious/noThenProperty: JSON of somebody else
        then: 1,
      });
      expect(JSON.parse(fillBody({ why: ['{summary}'] }, { summary: text }, encodeJson))).toEqual({ why: [why] });
    }),
  );
});

it('lets no value begin another header, or an element', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(encodeHeader(text)).toMatch(/^[\u0020-\u007e\u0080-\u00ff]*$/);
      expect(encodeXml(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|apos);)/);
    }),
  );
});

it.each([
  ['7', 7_000],
  ['0', undefined],
  ['-3', undefined],
  ['soon', undefined],
  ['1.5', undefined],
  ['99999999', 300_000],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Wed, 31 Dec 2025 23:59:00 GMT', undefined],
  [undefined, undefined],
])('takes Retry-After: %s for %s ms', (header, expected) => {
  expect(parseRetryAfter(header, Date.UTC(2026, 0, 1))).toBe(expected);
});

it.each([
  [204, [204, 204]],
  ['200-299', [200, 299]],
  ['200-', undefined],
  ['2xx', undefined],
  [1_000, undefined],
  [200.5, undefined],
  ['300-200', undefined],
] as const)('takes %s for the statuses %j', (text, expected) => {
  expect(parseStatusSpan(text)).toEqual(expected);
});

it('knows the statuses at the ends of a span', () => {
  expect([199, 200, 204, 205].map((status) => isInSpans(status, [[200, 204]]))).toEqual([false, true, true, false]);
});

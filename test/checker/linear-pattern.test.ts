import { describe, expect, it } from 'vitest';
import { compilePattern, PatternSyntaxError, preflightPattern } from '../../src/checker/index.ts';

const matches = async (source: string, text: string | Uint8Array) =>
  (await compilePattern(source)).test(Buffer.from(text as string));

describe('a linear pattern', () => {
  it.each<[string, string, boolean]>([
    ['OK', 'all OK here', true],
    ['^OK', 'not OK', false],
    ['^version \\d+\\.\\d+$', 'version 12.3', true],
    ['(?i)ok', 'Ok', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['^b$', 'a\nb\nc', false],
    ['\\p{Greek}+', 'ἀλήθεια', true],
    ['é', 'caf\u00e9', true],
    ['', '', true],
  ])('%j in %j: %j', async (source, text, found) => {
    expect(await matches(source, text)).toBe(found);
  });

  it('finds a text between bytes that are no UTF-8', async () => {
    expect(await matches('OK', Buffer.from('ff00fe4f4bff', 'hex'))).toBe(true);
    expect(await matches('^OK', Buffer.from('ff00fe4f4bff', 'hex'))).toBe(false);
  });

  it.each([
    ...['(', 'a**', '[z-a]', '(?=a)', '(a)\\1', '\\', 'a{1001}'].map((source) => ({ name: source, source })),
    { name: 'ten thousand open brackets', source: '('.repeat(10_000) },
  ])('$name is none', async ({ source }) => {
    await expect(compilePattern(source)).rejects.toThrow(PatternSyntaxError);
    await expect(compilePattern(source)).rejects.toThrow(/^is no regular expression: ./);
  });

  it.each([
    [{}, undefined],
    [{ contentRegex: '^OK' }, undefined],
    [{ contentRegex: '(' }, ['contentRegex', 'is no regular expression: missing closing ): `(`']],
  ])('as an option of a checker is looked at before the first run: %j', async (options, complaint) => {
    expect(await preflightPattern(options)).toEqual(complaint);
  });

  it('may be shown less, the more complex it is', async () => {
    const [simple, complex] = await Promise.all([compilePattern('OK'), compilePattern('[ab]*a[ab]{900}[cd]')]);
    expect(simple.longestBytes).toBeGreaterThan(1024 * 1024);
    expect(complex.longestBytes).toBeLessThan(40_000);
  });

  it('takes no time to speak of for what makes others hang', async () => {
    // With backtracking this would take longer than the universe has existed.
    expect(await matches('^(a+)+$', `${'a'.repeat(100_000)}b`)).toBe(false);
  });
});

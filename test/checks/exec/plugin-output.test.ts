import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseOutput } from '../../../checks/exec/plugin-output.ts';

const labels = (stdout: string) => parseOutput(stdout).metrics.map(({ label }) => label);

it('parts text, long text and performance data as Nagios does', () => {
  const stdout =
    'DISK OK - free space|/=1MB\n/ 15272 MB (77%)\n/boot 68 MB (69%)\n/home 69357 MB | /boot=2MB\n/home=3MB\n';
  expect(parseOutput(stdout)).toMatchObject({
    text: 'DISK OK - free space',
    longText: ['/ 15272 MB (77%)', '/boot 68 MB (69%)', '/home 69357 MB'],
  });
  expect(labels(stdout)).toEqual(['/', '/boot', '/home']);
});

it.each([
  ['', ''],
  ['\n\n  late \n', 'late'],
  ['OK', 'OK'],
  ['|a=1', ''],
  ['OK - \u001b[31mred\u001b[0m\ttab\r\n', 'OK -  [31mred [0m tab'],
  ['OK \u202e evil', 'OK   evil'],
])('the text of %j is %j', (stdout, text) => {
  expect(parseOutput(stdout).text).toBe(text);
});

it('keeps fifty lines at most', () => {
  expect(parseOutput('x\n'.repeat(1_000)).longText).toHaveLength(50);
});

it('takes any bytes, and gives clean lines', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const { text, longText } = parseOutput(Buffer.from(bytes).toString());
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
      for (const line of [text, ...longText]) expect(line).not.toMatch(/[|\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});

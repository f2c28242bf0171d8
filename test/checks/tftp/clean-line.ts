import { expect } from 'vitest';
import { face } from '../../../checks/tftp/face.ts';
import type { CheckResult } from '../../../src/checker/index.ts';
import { renderResult } from '../../../src/plugin/render-result.ts';

/** One line of less than 4 KiB, without control characters, and with one `|` at most. */
export const expectClean = (outcome: CheckResult): void => {
  const line = renderResult(outcome, { face, wording: undefined, reasonCode: true }).replace(/\n$/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(Buffer.byteLength(line)).toBeLessThan(4_096);
  expect(line.split('|').length).toBeLessThanOrEqual(2);
  expect(line.isWellFormed()).toBe(true);
};

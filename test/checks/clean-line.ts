import { expect } from 'vitest';
import type { CheckResult, CommandFace } from '../../src/checker/index.ts';
import { renderResult } from '../../src/plugin/render-result.ts';

/** One line of less than 4 KiB, with no control character but those to be kept, and at most one `|`. */
export const expectCleanLine = (outcome: CheckResult, face: CommandFace, kept = ''): void => {
  const line = renderResult(outcome, { face, wording: undefined, reasonCode: true }).replace(/\n$/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  expect(line.match(/[\u0000-\u001f\u007f-\u009f]/g)?.filter((c) => !kept.includes(c)) ?? []).toEqual([]);
  expect(Buffer.byteLength(line)).toBeLessThan(4_096);
  expect(line.split('|').length).toBeLessThanOrEqual(2);
  expect(line.isWellFormed()).toBe(true);
};

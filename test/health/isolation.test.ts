import { expect, it } from 'vitest';
import type { Evidence } from '../../src/health/backend-health.ts';
import { areMost, FailureNotes } from '../../src/health/isolation.ts';

const evidence: Readonly<Record<string, Evidence>> = { P: 'pass', F: 'fail', '?': 'neutral' };

/** `aP bF`: check a passes, then check b fails, a second later each. */
const noted = (text: string) => {
  const notes = new FailureNotes();
  for (const [i, word] of text.split(' ').entries())
    notes.note(word[0] ?? '', evidence[word[1] ?? ''] as Evidence, i * 1_000);
  return notes;
};

it.each([
  ['aP bP cP aF aF', 'a', '1 of 1', true],
  ['aF bP cP aF', 'a', '1 of 3', false],
  ['aF bF cP aF', 'a', '2 of 3', true],
  ['aF bF cF aP aF', 'a', '1 of 1', true],
  ['aF bP cF dP aF', 'a', '2 of 4', false],
  ['aF b? cP aF', 'a', '1 of 2', false],
  ['aF bF aP', 'a', '0 of 0', false],
])('after %s, beside %s %s reported failures: most %s', (text, check, expected, most) => {
  const { failed, reported } = noted(text).beside(check);
  expect(`${failed} of ${reported}`).toBe(expected);
  expect(areMost({ failed, reported })).toBe(most);
});

it('counts what reported since a time, but nothing that was forgotten', () => {
  const notes = noted('aP bF cF dP');
  notes.forget('c');
  expect(notes.since(1_000)).toEqual({ failed: 1, reported: 2 });
  expect(notes.size).toBe(3);
});

import { expect, it } from 'vitest';
import { inOneGo, inSlices, turnsNowAndThen } from '../../src/clock/slices.ts';
import { systemClock } from '../../src/clock/system-clock.ts';

function* work(done: string[]): Generator<void, string> {
  done.push('first');
  yield;
  done.push('second');
  return 'result';
}

it('does work in one go, or lets others in between', async () => {
  const done: string[] = [];
  expect(inOneGo(work(done))).toBe('result');
  setImmediate(() => done.push('others'));
  expect(await inSlices(work(done))).toBe('result');
  expect(done).toEqual(['first', 'second', 'first', 'others', 'second']);
});

it('lets others have their turn once it has worked for long', async () => {
  const othersTurn = turnsNowAndThen();
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  const until = systemClock.now() + 10;
  while (systemClock.now() < until);
  await othersTurn();
  expect(turned).toBe(true);
});

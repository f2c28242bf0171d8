import { expect, it } from 'vitest';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import { Pulse } from '../../src/worker/pulse.ts';
import { Stillness } from '../../src/worker/stillness.ts';
import { ownSystemId, threadTimeMs } from '../../src/worker/thread-time.ts';

/** Uses so much of the processor, in this thread. */
const work = (id: number, ms: number) => {
  const before = threadTimeMs(id) ?? 0;
  while ((threadTimeMs(id) ?? 0) < before + ms);
};

it('counts how long a pulse has stood still, from when it was looked at', async () => {
  const clock = new ManualClock();
  const pulse = new Pulse();
  const stillness = new Stillness(pulse, clock);
  await clock.advance(300);
  expect(stillness.lookMs()).toBe(300);
  pulse.beat();
  expect(stillness.lookMs()).toBe(0);
  await clock.advance(700);
  expect(stillness.lookMs()).toBe(700);
  stillness.begin();
  expect(stillness.lookMs()).toBe(0);
});

it('tells a thread that works in vain from one that got no time to work', () => {
  const pulse = new Pulse();
  pulse.systemId = ownSystemId();
  expect(new Stillness(pulse, new ManualClock()).cause).toBe('starved');
  const stillness = new Stillness(pulse, new ManualClock());
  work(pulse.systemId, 50);
  expect(stillness.cause).toBe('stuck');
});

it('takes a thread for stuck where the system tells nothing of its time', () => {
  expect(threadTimeMs(0)).toBeUndefined();
  expect(new Stillness(new Pulse(), new ManualClock()).cause).toBe('stuck');
});

it('shares its words with the other side', () => {
  const pulse = new Pulse();
  const other = new Pulse(pulse.words);
  other.beat();
  other.current = 7;
  expect([pulse.beats, pulse.current]).toEqual([1, 7]);
});

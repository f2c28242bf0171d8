import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Stop } from '../../src/clock/stop.ts';

const steps = fc.array(
  fc.oneof(
    fc.record({ what: fc.constantFrom('add' as const, 'remove' as const), listener: fc.nat(3) }),
    fc.record({ what: fc.constantFrom('abort' as const, 'ask' as const), listener: fc.constant(0) }),
  ),
  { maxLength: 20 },
);

/** What is heard of an end by four listeners that come and go. */
const heardBy = (controller: AbortController | Stop, plan: typeof steps extends fc.Arbitrary<infer T> ? T : never) => {
  const signal = controller instanceof Stop ? controller : controller.signal;
  const heard: string[] = [];
  const listeners = [0, 1, 2, 3].map((n) => () => void heard.push(`${n} ${signal.aborted} ${signal.reason}`));
  const known = new Set<number>();
  for (const { what, listener: n } of plan)
    if (what === 'abort') controller.abort('enough');
    else if (what === 'ask') controller.signal.addEventListener('abort', () => heard.push('real'), { once: true });
    else if (what === 'remove') {
      known.delete(n);
      signal.removeEventListener('abort', listeners[n] as () => void);
    } else if (!known.has(n)) {
      known.add(n);
      signal.addEventListener('abort', listeners[n] as () => void, { once: true });
    }
  return { heard: heard.sort(), aborted: signal.aborted, real: controller.signal.aborted };
};

it('tells whom an AbortController would tell, once, and its signal is told as well', () => {
  fc.assert(
    fc.property(steps, (plan) => {
      expect(heardBy(new Stop(), plan)).toEqual(heardBy(new AbortController(), plan));
    }),
  );
});

it('makes the same signal for all who ask, before the end or after it', () => {
  const stop = new Stop();
  const before = stop.signal;
  stop.abort(new Error('late'));
  expect(stop.signal).toBe(before);
  expect(before.reason).toBe(stop.reason);
  const late = new Stop();
  late.abort();
  expect(late.signal.reason).toBe(late.reason);
  expect(late.reason).toMatchObject({ name: 'AbortError' });
  expect(() => late.throwIfAborted()).toThrow('aborted');
});

import { expect, it } from 'vitest';
import { Sharing } from '../../src/hook/sharing.ts';

const lab = () => {
  const sharing = new Sharing();
  const log: string[] = [];
  const lease = (name: string) =>
    sharing.lease(name, () => {
      log.push(`open ${name}`);
      return { name, [Symbol.asyncDispose]: async () => void log.push(`close ${name}`) };
    });
  return { lease, log };
};

it('opens a thing with its first use and closes it with its last', async () => {
  const { lease, log } = lab();
  const [first, second, other] = [lease('port'), lease('port'), lease('other port')];
  expect(first.thing).toBe(second.thing);
  expect(other.thing).not.toBe(first.thing);
  await first[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  expect(log).toEqual(['open port', 'open other port']);
  await second[Symbol.asyncDispose]();
  expect(log.slice(2)).toEqual(['close port']);
});

it('opens it anew once it was closed', async () => {
  const { lease, log } = lab();
  await lease('port')[Symbol.asyncDispose]();
  await using _again = lease('port');
  expect(log).toEqual(['open port', 'close port', 'open port']);
});

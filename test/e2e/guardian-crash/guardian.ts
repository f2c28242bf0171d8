// A guardian that is going to be killed: a checker that knows what each backend is like at any time, and a hook that
// writes down what it is told. Says what is desired at its very start, and goes on until its end.
import { appendFileSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { createGuardian, defineChecker, type HookType, result } from '../../../src/index.ts';
import type { Plan } from './lives.ts';

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Plan;
const { stateDir, toldFile, startsAt, weather, defaults } = plan;

const lives = (backend: string): boolean =>
  (weather[backend] ?? []).filter((at) => startsAt + at <= Date.now()).length % 2 === 0;

const checker = defineChecker({
  name: 'weather',
  defaultPort: 1,
  options: v.strictObject({}),
  check: async ({ host }) =>
    lives(host)
      ? result({ status: 'OK', code: 'ok', summary: 'lives' })
      : result({ status: 'CRITICAL', code: 'refused', summary: 'is dead' }),
});

const hook: HookType = {
  name: 'telling',
  options: v.strictObject({}),
  preflight: async () => undefined,
  create: () => ({
    name: 'telling',
    apply: async (changes) => {
      const lines = changes.map(({ backend, state, sequence }) => JSON.stringify({ backend, state, sequence }));
      appendFileSync(toldFile, `${lines.join('\n')}\n`);
    },
    [Symbol.asyncDispose]: async () => {},
  }),
};

const backends = Object.fromEntries(Object.keys(weather).map((id) => [id, id]));
const farm = { check: { type: 'weather' }, backends, hooks: [{ type: 'telling' }] };
const guardian = await createGuardian({ stateDir, defaults, farms: { farm } }, { checkers: [checker], hooks: [hook] });
const desired = guardian.status().farms.flatMap(({ backends }) => backends.map(({ id, desired }) => [id, desired]));
process.stdout.write(`${JSON.stringify(Object.fromEntries(desired))}\n`);

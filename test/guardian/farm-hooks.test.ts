import * as v from 'valibot';
import { expect, it } from 'vitest';
import { Secret } from '../../src/checker/secret.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import type { FarmConfig } from '../../src/config/config.ts';
import { FarmHooks, type HookReports, hookDefinition } from '../../src/guardian/farm-hooks.ts';
import type { AnyHookType, BackendChange, HookFarm } from '../../src/hook/hook.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { aChange } from '../hook/a-change.ts';
import { FarmLab } from './a-farm.ts';

/** A hook type that notes what it is told; its driver does as it is told to. */
const hookType = (name: string, apply: (changes: readonly BackendChange[]) => Promise<void>) => {
  const farms: HookFarm[] = [];
  const type: AnyHookType = {
    name,
    options: v.strictObject({}),
    preflight: async () => undefined,
    create: (_options, { farm }) => {
      farms.push(farm);
      return { name: `${name} driver`, apply, [Symbol.asyncDispose]: async () => {} };
    },
  };
  return { type, farms };
};

const silent: HookReports = { attempted: () => {}, drifted: () => {}, leftAlone: () => {} };

const open = async (hooks: FarmConfig<AnyHookType>['hooks'], reports = silent) => {
  const lab = await FarmLab.open();
  const config = lab.config({ vip: { host: '10.1.0.100', port: 21 }, resyncMs: 20_000, hooks });
  const clock = new ManualClock();
  const said: string[] = [];
  const say = (_: object, message: string) => void said.push(message);
  const farm = config.farms[0] as FarmConfig<AnyHookType>;
  const farmHooks = new FarmHooks(farm, { clock, log: { ...silentLogger, warn: say, info: say } }, reports);
  const close = async () => {
    await farmHooks[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  };
  return { clock, said, farmHooks, [Symbol.asyncDispose]: close };
};

it('tells each driver of its farm, and names hooks of one type by their order', async () => {
  const { type, farms } = hookType('exec', async () => {});
  await using lab = await open([
    { type, options: {}, line: 1 },
    { type, options: {}, line: 2 },
  ]);
  expect(farms[1]).toEqual({
    id: 'ftp',
    vip: '10.1.0.100:21',
    backends: [
      { id: 'b1', host: 'b1', port: 21 },
      { id: 'b2', host: 'b2', port: 21 },
    ],
  });
  expect(lab.farmHooks.hooks).toMatchObject([
    { hook: 'exec', driver: 'exec driver', pending: 0, delivered: 0, failed: 0 },
    { hook: 'exec-2', driver: 'exec driver' },
  ]);
});

it('delivers through one hook while another hangs', async () => {
  const hanging = hookType('hanging', () => new Promise(() => {}));
  const told: string[] = [];
  const quick = hookType('quick', async ([change]) => void told.push(change?.backend ?? ''));
  const hooks = [hanging.type, quick.type].map((type) => ({ type, options: {}, line: 1 }));
  const lab = await open(hooks);
  for (const backend of ['b1', 'b2']) lab.farmHooks.want(aChange({ backend }));
  await lab.clock.advance(1);
  expect(told).toEqual(['b1', 'b2']);
  expect(lab.farmHooks.status('b1')).toMatchObject([
    { hook: 'hanging', outcome: 'pending', attempts: 1 },
    { hook: 'quick', outcome: 'delivered' },
  ]);
  expect(lab.farmHooks.hooks).toMatchObject([{ pending: 2 }, { pending: 0, delivered: 2 }]);
});

it('says a fault of many backends once, and when it is over', async () => {
  let away = true;
  const { type } = hookType('nftlb', async () => {
    if (away) throw new Error('connection refused');
  });
  const attempts: string[] = [];
  const attempted: HookReports['attempted'] = (hook, { error }) => attempts.push(`${hook} ${error ?? 'delivered'}`);
  await using lab = await open([{ type, options: { resync: 'off' }, line: 1 }], { ...silent, attempted });
  for (const backend of ['b1', 'b2']) lab.farmHooks.want(aChange({ backend }));
  await lab.clock.advance(10_000);
  expect(lab.said).toEqual(['nftlb could not deliver down: connection refused']);
  expect(attempts.length).toBeGreaterThan(8);
  away = false;
  await lab.clock.advance(60_000);
  expect(lab.said.slice(1)).toEqual([
    'nftlb delivered down',
    'nftlb delivered down',
    expect.stringMatching(/^nftlb has delivered everything after \d+s$/),
  ]);
});

it.each([
  ['its own', { resync: 5_000 }, 13],
  ['its own, never,', { resync: 'off' }, 1],
  ["the farm's", {}, 4],
])('resyncs as often as %s setting says', async (_whose, options, calls) => {
  let told = 0;
  const { type } = hookType('exec', async () => void told++);
  await using lab = await open([{ type, options, line: 1 }]);
  lab.farmHooks.want(aChange());
  await lab.clock.advance(60_000);
  expect(told).toBe(calls);
});

it('takes a hook whose secret is kept elsewhere for another one', () => {
  const { type } = hookType('http', async () => {});
  const at = (file: string) => hookDefinition({ type, options: { token: new Secret({ file }) }, line: 1 });
  expect(at('/etc/token')).toBe(at('/etc/token'));
  expect(at('/etc/token')).not.toBe(at('/run/token'));
});

it.each([
  ['nothing yet', {}, undefined, 1],
  ['an older change', { exec: 6 }, 'off', 1],
  ['this change', { exec: 7 }, 'off', 0],
  ['this change, whatever it was configured like,', { exec: 7 }, undefined, 0],
  ['this change when it was another', { exec: 7 }, '5s', 1],
])('after a restart tells a hook that had delivered %s', async (_what, delivered, resync, calls) => {
  let told = 0;
  const { type } = hookType('exec', async () => void told++);
  const hook = { type, options: { resync: 'off' }, line: 1 };
  await using lab = await open([hook]);
  const deliveredBy = resync === undefined ? {} : { exec: hookDefinition({ ...hook, options: { resync } }) };
  lab.farmHooks.resume(aChange({ sequence: 7 }), { delivered, deliveredBy, told: {} });
  await lab.clock.advance(60_000);
  expect(told).toBe(calls);
});

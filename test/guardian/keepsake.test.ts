import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { HookType } from '../../src/hook/hook.ts';
import { FarmLab } from './a-farm.ts';

it('lets a hook keep something over a restart, apart from what other farms and hooks keep', async () => {
  await using lab = await FarmLab.open();
  const found: unknown[] = [];
  const hook: HookType = {
    name: 'keeping',
    options: v.strictObject({}),
    preflight: async () => undefined,
    create: (_options, { farm, keepsake }) => ({
      name: 'keeping',
      apply: async ([change]) => {
        const kept = keepsake?.('a / name');
        found.push(await kept?.read());
        await kept?.write(`${farm.id} ${change?.state}`);
      },
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  const backends = [{ id: 'b1', host: 'b1', port: 21 }];
  const [farm] = lab.config({ backends, hooks: [{ type: hook, options: {}, line: 1 }] }).farms;
  if (!farm) throw new Error('no farm');
  const config = { ...lab.config(), farms: [farm, { ...farm, id: 'sftp' }] };

  const first = await lab.start(config);
  await lab.clock.advance(15_000);
  await expect.poll(() => found.length).toBe(2);
  await first.stop();
  expect(found).toEqual([undefined, undefined]);
  const folder = join(config.stateDir, 'hooks');
  expect((await readdir(folder, { recursive: true })).sort()).toEqual([
    'ftp',
    'ftp/a%20%2F%20name.json',
    'sftp',
    'sftp/a%20%2F%20name.json',
  ]);

  lab.answers.set('b1', 'CRITICAL');
  const second = await lab.start(config);
  await lab.clock.advance(60_000);
  await expect.poll(() => found.length).toBe(4);
  await second.stop();
  expect(found.slice(2).sort()).toEqual(['ftp up', 'sftp up']);
});

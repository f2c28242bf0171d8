import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect } from 'vitest';
import { systemClock } from '../../../src/clock/system-clock.ts';
import type { HookFarm } from '../../../src/hook/hook.ts';
import { ipvsHook } from '../../../src/hook/ipvs/ipvs-hook.ts';
import { ipvsHookOptions } from '../../../src/hook/ipvs/options.ts';
import { PersistenceWarning } from '../../../src/hook/ipvs/persistence-warning.ts';
import { parseSavedRules } from '../../../src/hook/ipvs/saved-rules.ts';
import { keepsakeFile } from '../../../src/hook/keepsake.ts';
import { type Logger, silentLogger } from '../../../src/log/logger.ts';
import { itInFolder } from '../../temporary-folder.ts';
import { aChange, aFarm } from '../a-change.ts';

type Input = Readonly<Record<string, unknown>>;

/** A folder of its own, and a way to put a shell script there that stands for ipvsadm. */
const it = itInFolder.extend<{ program: (body: string) => Promise<string> }>({
  program: async ({ folder }, use) => {
    await use(async (body) => {
      const file = join(folder, 'ipvsadm');
      await writeFile(file, `#!/bin/sh\n${body}\n`);
      await chmod(file, 0o755);
      return file;
    });
  },
});

const { signal } = new AbortController();

const driverOf = (input: Input) =>
  ipvsHook.create(v.parse(ipvsHookOptions, input), { clock: systemClock, log: silentLogger, farm: aFarm() });

it('tells ipvsadm, and reads back what became of it', async ({ folder, program }) => {
  const table = join(folder, 'table');
  await writeFile(table, '-A -t 10.1.0.100:21 -s rr\n-a -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 1\n');
  const file = await program(
    `case "$1" in -Sn) cat ${table} ;; -Ln) ;; *) echo "$*" >${folder}/told; sed -i 's/-w 1/-w 0/' ${table} ;; esac`,
  );
  await driverOf({ program: file }).apply([aChange()], signal);
  expect(await readFile(join(folder, 'told'), 'utf8')).toBe('-e -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 0\n');
});

it('says so when IPVS shows something else than it was told', async ({ program }) => {
  const rules = '-A -t 10.1.0.100:21 -s rr\\n-a -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 1\\n';
  const file = await program(`if [ "$1" = -Sn ]; then printf -- '${rules}'; fi`);
  await expect(driverOf({ program: file }).apply([aChange()], signal)).rejects.toThrow(
    'IPVS does not show down after it was told',
  );
});

it('gives up on a program that hangs, and on one that has vanished', async ({ program }) => {
  const file = await program('exec sleep 60');
  await expect(driverOf({ program: file, timeout: '200ms' }).apply([aChange()], signal)).rejects.toThrow(
    'ipvsadm: no answer within 0.2 s',
  );
  await expect(driverOf({ program: '/no/such/ipvsadm' }).apply([aChange()], signal)).rejects.toThrow(
    'no executable file /no/such/ipvsadm',
  );
});

it('ends with the guardian', async ({ program }) => {
  const stop = new AbortController();
  const told = driverOf({ program: await program('exec sleep 60') }).apply([aChange()], stop.signal);
  stop.abort(new Error('cancelled'));
  await expect(told).rejects.toThrow('cancelled');
});

it('says before the start what cannot work', async ({ program }) => {
  const file = await program('exit 0');
  const look = (input: Input, farm: HookFarm = aFarm()) =>
    ipvsHook.preflight(v.parse(ipvsHookOptions, { program: file, ...input }), farm);
  const named = { ...aFarm(), backends: [{ id: 'b1', host: 'rs1.example', port: 21 }] };
  expect(await look({})).toBeUndefined();
  expect(await look({ program: 'no-such-ipvsadm' })).toBe('no executable file no-such-ipvsadm');
  expect(await look({}, { ...aFarm(), vip: '' })).toContain('service is missing');
  expect(await look({}, { ...aFarm(), vip: 'vip.example:21' })).toContain('service is missing');
  expect(await look({ service: 'mark 21' }, { ...aFarm(), vip: '' })).toBeUndefined();
  expect(await look({ weights: { b9: 1 } })).toBe('weights.b9: farm ftp has no such backend');
  expect(await look({}, named)).toContain('b1 is rs1.example, but IPVS knows addresses only');
  expect(await look({ names: { b1: '10.2.0.11:21' } }, named)).toBeUndefined();
});

it.for([
  [{ service: 'tcp vip.example:21' }, 'must be such as tcp 10.1.0.100:21'],
  [{ onDown: 'forget' }, 'must be one of weight-zero, remove'],
  [{ weights: { b1: 0 } }, 'must be a weight: a whole number from 1 on'],
  [{ names: { b1: 'bck0' } }, 'must be addresses with ports'],
  [{ program: './ipvsadm' }, 'must be an absolute path, or the name of a program'],
] as const)('refuses the options %j', ([options, message]) => {
  const { issues } = v.safeParse(ipvsHookOptions, options);
  expect(issues?.map((issue) => issue.message).join()).toContain(message);
});

it('warns once that a weight of 0 does not move persistent clients', async () => {
  const warnings: string[] = [];
  const log: Logger = { ...silentLogger, warn: (_: object, message: string) => void warnings.push(message) };
  const serviceOf = (options: string) =>
    [...parseSavedRules(`-A -t 10.1.0.100:21 -s rr${options}\n`).values()][0] as never;
  let value = '0\n';
  const warning = new PersistenceWarning(log, async () => value);
  await warning.look(serviceOf(''));
  expect(warnings).toEqual([]);
  await warning.look(serviceOf(' -p 360'));
  await warning.look(serviceOf(' -p 360'));
  expect(warnings).toEqual([expect.stringContaining('net.ipv4.vs.expire_quiescent_template=1')]);
  value = '1\n';
  await warning.look(serviceOf(' -p 360'));
  expect(warnings).toHaveLength(1);
});

it('keeps a keepsake in a file, and takes a damaged one for none', async ({ folder }) => {
  const path = join(folder, 'hooks/ftp/ipvs.json');
  const keepsake = keepsakeFile(path);
  expect(await keepsake.read()).toBeUndefined();
  await keepsake.write({ b1: { told: 'down' } });
  expect(await keepsakeFile(path).read()).toEqual({ b1: { told: 'down' } });
  await writeFile(path, '{"b1":');
  expect(await keepsake.read()).toBeUndefined();
});

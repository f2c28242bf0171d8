import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { type Config, parseConfig, printConfig } from '../../src/config/index.ts';
import { hookTypes } from '../../src/hook/index.ts';

const registry = { checkers, hooks: hookTypes };
const parse = (text: string) => parseConfig(text, '/etc/farm-guardian.yaml', registry);

/** What is compared: everything but the lines things stand on. */
const essence = ({ farms, ...rest }: Config) => ({
  ...rest,
  farms: farms.map((farm) => ({ ...farm, hooks: farm.hooks.map(({ type, options }) => ({ type, options })) })),
});

it('prints what would say the same again', async () => {
  const text = `
listen: off
snapshotMaxAge: 90m
farms:
  "10":
    vip: 10.1.0.100:21
    check: { type: ftp, data: passive, file: a.txt, idle: 250s, warning: "0.5:2" }
    guard: { minUp: 50%, whenAllFail: down }
    rise: 4
    interval: 250ms
    backends: { b2: 10.2.0.12, b1: { host: "2001:db8::1", port: 2121, family: 6 } }
    hooks: [{ type: exec, command: [/bin/true, "{farm}"], timeout: 1500ms }]
  pxe:
    check: { type: tftp, file: pxelinux.0 }
    backends: { t1: 10.2.0.21 }
`;
  const config = parse(text);
  expect(essence(parse(printConfig(config)))).toEqual(essence(config));
});

it('prints the example as a config again, but for its secrets, which it masks', async () => {
  const text = await readFile(join(import.meta.dirname, '../../examples/farm-guardian.yaml'), 'utf8');
  const printed = printConfig(parse(text));
  expect(printed).toContain('password: "***"');
  expect(printed).not.toContain('ftp.password');
  expect(() => parse(printed)).toThrow(/farms\.ftp\.check\.password/);
  expect(parse(printed.replaceAll('"***"', '{ env: PASSWORD }')).farms).toHaveLength(4);
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { describe, expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { configJsonSchema } from '../../src/config/index.ts';
import { hookTypes } from '../../src/hook/index.ts';
import { registry } from './registry.ts';
import { schemaMistakes } from './schema-mistakes.ts';

const schema = configJsonSchema(registry, toJsonSchema);

const farm = { check: { type: 'ftp' }, backends: { b1: '10.2.0.11' } };
const example = {
  $schema: './schema.json',
  stateDir: '/var/lib/farm-guardian',
  listen: '127.0.0.1:9720',
  socket: '/run/farm-guardian.sock',
  defaults: { interval: '5s', timeout: '3s', rise: 2, fall: 3, fastInterval: '1s', downInterval: '5s' },
  farms: {
    ftp: {
      vip: '10.1.0.100:21',
      port: 21,
      check: { type: 'ftp', user: 'probe', password: { file: 'ftp.password' }, pasvAddress: 'control' },
      guard: { minUp: 1, whenAllFail: 'hold' },
      backends: { b1: '10.2.0.11', b2: { host: '10.2.0.12', port: 2121 } },
      hooks: [{ type: 'http', url: 'http://127.0.0.1:5555', key: { env: 'KEY' }, names: { b1: 'bck0' } }],
    },
    sftp: {
      check: { type: 'ssh', user: 'probe', key: 'id' },
      port: 22,
      interval: '10s',
      backends: { b1: '10.2.0.11', b2: '10.2.0.12' },
      hooks: [{ type: 'exec', command: ['/usr/local/bin/on-change', '{farm}'], timeout: '10s' }],
    },
  },
};

describe('the JSON Schema of the config', () => {
  it('is the one that schema.json holds; npm run schema writes it', async () => {
    const written = await readFile(join(import.meta.dirname, '../../schema.json'), 'utf8');
    expect(written).toBe(
      `${JSON.stringify(configJsonSchema({ checkers, hooks: hookTypes }, toJsonSchema), null, 2)}\n`,
    );
  });

  it('accepts what the documentation shows', () => {
    expect(schemaMistakes(schema, example)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['an unknown key', { ...example, lisen: 'off' }],
    ['an unknown key in a farm', { farms: { ftp: { ...farm, fal: 3 } } }],
    ['an unknown key in a check', { farms: { ftp: { ...farm, check: { type: 'ftp', fiel: 'x' } } } }],
    ['an option of another check', { farms: { ftp: { ...farm, check: { type: 'tftp', user: 'probe' } } } }],
    ['an unknown type of check', { farms: { ftp: { ...farm, check: { type: 'ftpp' } } } }],
    ['a check without a type', { farms: { ftp: { ...farm, check: {} } } }],
    ['an unknown key in a hook', { farms: { ftp: { ...farm, hooks: [{ type: 'exec', command: ['x'], args: [] }] } } }],
    ['a hook without what it needs', { farms: { ftp: { ...farm, hooks: [{ type: 'exec' }] } } }],
    ['a secret in clear', { farms: { ftp: { ...farm, check: { type: 'ftp', password: 'x' } } } }],
    ['a duration without a unit', { farms: { ftp: { ...farm, interval: '5' } } }],
    ['a duration that is a number', { defaults: { interval: 5 }, farms: { ftp: farm } }],
    ['a port out of range', { farms: { ftp: { ...farm, port: 70_000 } } }],
    ['a share over 100%', { farms: { ftp: { ...farm, guard: { minUp: '101%' } } } }],
    ['an id with a slash', { farms: { 'a/b': farm } }],
    ['a farm without backends', { farms: { ftp: { check: { type: 'ftp' }, backends: {} } } }],
    ['a farm without a check', { farms: { ftp: { backends: farm.backends } } }],
    ['no farms', { farms: {} }],
  ])('refuses %s', (_, value) => {
    expect(schemaMistakes(schema, value)).not.toEqual([]);
  });

  it('describes every key, for the editor to show', () => {
    const undescribed: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, child] of Object.entries(node)) {
        if (key === 'properties')
          for (const [name, property] of Object.entries(child as Record<string, { description?: string }>))
            if (property.description === undefined) undescribed.push(`${path}.${name}`);
        walk(child, `${path}/${key}`);
      }
    };
    const { properties } = configJsonSchema({ checkers: [], hooks: [] }, toJsonSchema);
    walk({ properties }, '');
    expect(undescribed).toEqual([]);
  });
});

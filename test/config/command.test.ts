import { expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { ConfigError, parseConfig } from '../../src/config/index.ts';

const registry = { checkers, hooks: [] };

const parse = (farm: object, top: object = {}) => {
  const farms = { f: { backends: { b1: '10.0.0.1' }, ...farm } };
  return parseConfig(JSON.stringify({ ...top, farms }, null, 1), '/etc/fg/config.json', registry).farms[0];
};

const mistakes = (farm: object, top: object = {}): readonly string[] => {
  try {
    parse(farm, top);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
};

it.each([
  { command: 'check_ping -H HOST' },
  { command: ['check_ping', '-H', 'HOST'] },
  { check: { type: 'exec', command: 'check_ping -H HOST' } },
])('%j is a check of type exec', (farm) => {
  const parsed = parse(farm);
  expect(parsed?.check).toEqual({
    checker: expect.objectContaining({ name: 'exec' }),
    options: { command: ['check_ping', '-H', 'HOST'] },
  });
});

it.each<[string, object, object, object]>([
  ['relative to the file', { command: 'check_x' }, { pluginPath: ['plugins', '/opt'] }, ['/etc/fg/plugins', '/opt']],
  ['one alone', { command: 'check_x' }, { pluginPath: '/opt' }, ['/opt']],
  [
    'the check before the top',
    { check: { type: 'exec', command: 'check_x', pluginPath: 'mine' } },
    { pluginPath: '/opt' },
    ['/etc/fg/mine'],
  ],
])('takes the folders of plugins from the top level or the check: %s', (_, farm, top, pluginPath) => {
  expect(parse(farm, top)?.check.options).toEqual({ command: ['check_x'], pluginPath });
});

it('leaves other checks alone with the folders of plugins', () => {
  expect(parse({ check: { type: 'ftp' } }, { pluginPath: '/opt' })?.check.options).toEqual({});
});

it.each<[string, object, number]>([
  ['the backend', { port: 22, vip: '10.1.0.1:21', backends: { b1: '10.0.0.1:2121' } }, 2121],
  ['its farm', { port: 22, vip: '10.1.0.1:21' }, 22],
  ['the virtual address', { vip: '10.1.0.1:21' }, 21],
])('takes PORT from %s', (_, farm, port) => {
  expect(parse({ command: 'check_tcp -p PORT', ...farm })?.backends).toMatchObject([{ port }]);
});

it('needs no port where no PORT stands', () => {
  expect(parse({ command: 'check_ping -H HOST' })?.backends).toMatchObject([{ port: 0 }]);
});

it.each<[object, string[]]>([
  [{ command: 'check_tcp -p PORT' }, ['farms.f.backends.b1: has no port, nor has its farm: the check needs one']],
  [{ command: 'check_tcp', check: { type: 'ftp' } }, ['farms.f.command: is of no use beside check']],
  [{}, ['farms.f.check: is required']],
  [
    { command: '' },
    ['farms.f.command: must be a command such as "check_tcp -H HOST -p PORT", or a list of its words, not ""'],
  ],
  [{ command: 5 }, ['farms.f.command: must be a command such as "check_tcp -H HOST -p PORT", or a list, not 5']],
  [{ command: 'a | b' }, [expect.stringContaining('farms.f.command: has a pipe, which only a shell understands')]],
  [{ check: { type: 'exec' } }, ['farms.f.check.command: is required']],
  [{ check: { type: 'exec', comand: 'x' } }, ['farms.f.check.comand: unknown key']],
])('of %j it says %j', (farm, expected) => {
  expect(mistakes(farm)).toEqual(expected);
});

it('says once what is wrong with the folders of plugins', () => {
  expect(mistakes({ command: 'check_x' }, { pluginPath: [''] })).toEqual(['pluginPath[0]: must not be empty']);
});

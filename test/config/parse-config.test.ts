import { describe, expect, it } from 'vitest';
import { Range, Secret } from '../../src/checker/index.ts';
import { type Config, parseConfig } from '../../src/config/index.ts';
import { farmWith } from './a-farm-config.ts';
import { exec, ftp, registry, tftp } from './registry.ts';

const file = '/etc/farm-guardian/farm-guardian.yaml';
const parse = (text: string): Config => parseConfig(text, file, registry);

describe('a config', () => {
  it('becomes plain values, every key in its place', () => {
    const config = parse(`
stateDir: state
socket: guardian.sock
listen: "[::1]:9000"
snapshotMaxAge: 90s
concurrency: 50
perHost: 5
defaults: { interval: 10s, timeout: 2s, rise: 1, fall: 5, fastInterval: 500ms, downInterval: 30s, resync: 30s, evidence: { warning: fail, unknown: fail }, manualResume: true }
canaries: ["tcp://10.1.0.1:22", "tcp://[::1]:80"]
farms:
  ftp:
    vip: 10.1.0.100:21
    port: 2121
    check: { type: ftp, user: probe, data: passive, transfers: 2, idle: 4m, list: true, pasvAddress: [control] }
    guard: { minUp: 1, whenAllFail: hold }
    rise: 2
    flapping: { high: 40 }
    evidence: { warning: neutral }
    manualResume: false
    timeout: 4s
    resync: off
    backends:
      b1: 10.2.0.11
      b2: { host: b2.example.org, port: 21, family: 6 }
    hooks:
      - { type: exec, command: [/usr/local/bin/on-change, "{farm}"], timeout: 10s }
  boot:
    check: { type: tftp }
    flapping: off
    backends: { b1: 10.3.0.11 }
`);
    expect(config).toEqual({
      file,
      stateDir: '/etc/farm-guardian/state',
      socket: '/etc/farm-guardian/guardian.sock',
      listen: { host: '::1', port: 9000 },
      snapshotMaxAgeMs: 90_000,
      limits: { total: 50, perGroup: 5 },
      canaries: [
        { host: '10.1.0.1', port: 22 },
        { host: '::1', port: 80 },
      ],
      farms: [
        {
          id: 'ftp',
          vip: { host: '10.1.0.100', port: 21 },
          check: {
            checker: ftp,
            options: {
              user: 'probe',
              data: 'passive',
              transfers: 2,
              idle: 240_000,
              list: true,
              pasvAddress: ['control'],
            },
          },
          policy: { rise: 2, fall: 5 },
          evidence: { OK: 'pass', WARNING: 'neutral', CRITICAL: 'fail', UNKNOWN: 'fail' },
          flapping: { high: 40, low: 25 },
          manualResume: false,
          rhythm: { intervalMs: 10_000, fastIntervalMs: 500, downIntervalMs: 30_000, timeoutMs: 4_000 },
          guard: { minUp: { count: 1 }, whenAllFail: 'hold' },
          backends: [
            { id: 'b1', host: '10.2.0.11', port: 2121 },
            { id: 'b2', host: 'b2.example.org', port: 21, family: 6 },
          ],
          hooks: [
            {
              type: exec,
              options: { command: ['/usr/local/bin/on-change', '{farm}'], timeout: 10_000 },
              line: 26,
            },
          ],
          resyncMs: undefined,
        },
        {
          id: 'boot',
          check: { checker: tftp, options: {} },
          policy: { rise: 1, fall: 5 },
          evidence: { OK: 'pass', WARNING: 'fail', CRITICAL: 'fail', UNKNOWN: 'fail' },
          flapping: undefined,
          manualResume: true,
          rhythm: { intervalMs: 10_000, fastIntervalMs: 500, downIntervalMs: 30_000, timeoutMs: 2_000 },
          guard: { minUp: { count: 0 }, whenAllFail: 'down' },
          backends: [{ id: 'b1', host: '10.3.0.11', port: 69 }],
          hooks: [],
          resyncMs: 30_000,
        },
      ],
    });
  });

  it('has a default for everything but farms, checks and backends', () => {
    const { farms, ...rest } = parse('farms: { ftp: { check: { type: ftp }, backends: { b1: 10.2.0.11 } } }');
    expect(rest).toEqual({
      file,
      stateDir: '/var/lib/farm-guardian',
      socket: '/run/farm-guardian.sock',
      listen: { host: '127.0.0.1', port: 9720 },
      snapshotMaxAgeMs: 3_600_000,
      limits: { total: 1_000, perGroup: 100 },
      canaries: [],
    });
    expect(farms).toEqual([
      {
        id: 'ftp',
        check: { checker: ftp, options: {} },
        policy: { rise: 2, fall: 3 },
        evidence: { OK: 'pass', WARNING: 'pass', CRITICAL: 'fail', UNKNOWN: 'neutral' },
        flapping: { high: 30, low: 25 },
        manualResume: false,
        rhythm: { intervalMs: 5_000, fastIntervalMs: 1_000, downIntervalMs: 5_000, timeoutMs: 3_000 },
        guard: { minUp: { count: 0 }, whenAllFail: 'down' },
        backends: [{ id: 'b1', host: '10.2.0.11', port: 21 }],
        hooks: [],
        resyncMs: 15_000,
      },
    ]);
  });

  it('is frozen all the way down, the checkers in it excepted', () => {
    const thawed: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null || path.endsWith('.checker') || path.endsWith('.type')) return;
      if (!Object.isFrozen(value)) thawed.push(path);
      for (const [key, child] of Object.entries(value)) walk(child, `${path}.${key}`);
    };
    const hooks = 'hooks: [{ type: http, url: "http://127.0.0.1/", names: { b1: bck0 }, retry: { first: 1 } }]';
    walk(farmWith('check: { type: ftp, pasvAddress: [control] }', 'vip: 10.1.0.100', hooks), 'farm');
    expect(thawed).toEqual([]);
  });

  it('leaves the checkers and hook types as they were', () => {
    farmWith('hooks: [{ type: exec, command: [/bin/true] }]');
    expect(Object.isFrozen(exec)).toBe(false);
    expect(Object.isFrozen(ftp.options)).toBe(false);
  });

  it('reads the same from JSON, indented with tabs', () => {
    const value = { listen: 'off', farms: { ftp: { check: { type: 'ftp' }, backends: { b1: '10.2.0.11' } } } };
    const json = parseConfig(JSON.stringify(value, null, '\t'), '/etc/guardian.json', registry);
    expect({ ...json, file }).toEqual(
      parse('listen: off\nfarms: { ftp: { check: { type: ftp }, backends: { b1: 10.2.0.11 } } }'),
    );
  });

  it('may name the schema its editor checks it with', () => {
    const json =
      '{ "$schema": "schema.json", "farms": { "a": { "check": { "type": "ftp" }, "backends": { "b": "h" } } } }';
    expect(parseConfig(json, 'farm-guardian.json', registry)).not.toHaveProperty('$schema');
  });

  it('keeps farms and backends in the order of the file, ids that are numbers too', () => {
    const { farms } = parse(`
farms:
  web: { check: { type: ftp }, backends: { b: 10.0.0.1, 02: 10.0.0.2, 1: 10.0.0.3 } }
  7: { check: { type: ftp }, backends: { b: 10.0.0.1 } }
`);
    expect(farms.map(({ id }) => id)).toEqual(['web', '7']);
    expect(farms[0]?.backends.map(({ id }) => id)).toEqual(['b', '02', '1']);
  });

  it('may share parts through anchors', () => {
    const { farms } = parse(`
farms:
  a: { check: &check { type: ftp, user: probe }, backends: &backends { b1: 10.0.0.1 } }
  b: { check: *check, backends: *backends }
`);
    expect(farms[1]?.check).toEqual({ checker: ftp, options: { user: 'probe' } });
    expect(farms[1]?.backends).toEqual(farms[0]?.backends);
  });

  it('is not served at all when listen is off', () => {
    expect(parse('listen: off\nfarms: { a: { check: { type: ftp }, backends: { b: h } } }').listen).toBeUndefined();
  });

  it('may be served on any free port', () => {
    const { listen } = parse('listen: localhost:0\nfarms: { a: { check: { type: ftp }, backends: { b: h } } }');
    expect(listen).toEqual({ host: 'localhost', port: 0 });
  });
});

describe('a backend', () => {
  it.each([
    ['10.2.0.11', '10.2.0.11', 21],
    ['10.2.0.11:2121', '10.2.0.11', 2121],
    ['2001:db8::1', '2001:db8::1', 21],
    ['"[2001:db8::1]"', '2001:db8::1', 21],
    ['"[2001:db8::1]:2121"', '2001:db8::1', 2121],
    ['"[fe80::1%eth0]:2121"', 'fe80::1%eth0', 2121],
    ['ftp-1.example.org', 'ftp-1.example.org', 21],
    ['ftp_1:2121', 'ftp_1', 2121],
    ['{ host: 10.2.0.11 }', '10.2.0.11', 21],
    ['{ host: "2001:db8::1", port: 2121 }', '2001:db8::1', 2121],
  ])('may be written %s', (text, host, port) => {
    expect(farmWith(`backends: { b1: ${text} }`).backends).toEqual([{ id: 'b1', host, port }]);
  });

  it('takes its own port before the farm’s, and the farm’s before the checker’s', () => {
    const { backends } = farmWith('port: 2121', 'backends: { b1: "h:1", b2: h }');
    expect(backends.map(({ port }) => port)).toEqual([1, 2121]);
  });

  it('may share its address with one of another family, or of another farm', () => {
    const { backends } = farmWith('backends: { v4: { host: h, family: 4 }, v6: { host: h, family: 6 } }');
    expect(backends).toHaveLength(2);
  });
});

describe('an option', () => {
  it('that is a path is relative to the folder of the config', () => {
    const { options } = farmWith('check: { type: ftp, tlsCa: ca/farm.pem, file: sentinel.txt }').check;
    expect(options).toEqual({ tlsCa: '/etc/farm-guardian/ca/farm.pem', file: 'sentinel.txt' });
  });

  it('that is an absolute path stays', () => {
    expect(farmWith('check: { type: ftp, tlsCa: /etc/ssl/ca.pem }').check.options).toEqual({
      tlsCa: '/etc/ssl/ca.pem',
    });
  });

  it.each([
    ['{ file: ftp.password }', 'secret file /etc/farm-guardian/ftp.password'],
    ['{ file: /run/secret }', 'secret file /run/secret'],
    ['{ env: FTP_PASSWORD }', 'secret env FTP_PASSWORD'],
    ['{ credential: ftp }', 'secret credential ftp'],
  ])('that is a secret names its source only: %s', (source, shown) => {
    const { password } = farmWith(`check: { type: ftp, password: ${source} }`).check.options as { password: Secret };
    expect(password).toBeInstanceOf(Secret);
    expect(String(password)).toBe(shown);
  });

  it('that is a list of one may be written as that one', () => {
    const { options } = farmWith('check: { type: ftp, pasvAddress: control }').check;
    expect(options).toEqual({ pasvAddress: ['control'] });
  });

  it('that is a range may be written as a number', () => {
    expect(farmWith('check: { type: ftp, warning: 2 }').check.options).toEqual({ warning: Range.parse('2') });
  });

  it('of a hook’s command is not a path', () => {
    const { hooks } = farmWith('hooks: [{ type: exec, command: [bin/on-change] }]');
    expect(hooks[0]?.options).toEqual({ command: ['bin/on-change'] });
  });
});

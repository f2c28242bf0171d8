import fc from 'fast-check';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/clock/system-clock.ts';
import type { HookContext } from '../../../src/hook/hook.ts';
import { IpvsDriver, type IpvsDriverOptions } from '../../../src/hook/ipvs/ipvs-driver.ts';
import { parseEndpoint, parseService } from '../../../src/hook/ipvs/service.ts';
import { fleetingKeepsake, type Keepsake } from '../../../src/hook/keepsake.ts';
import { silentLogger } from '../../../src/log/logger.ts';
import { aChange, aFarm } from '../a-change.ts';
import { FakeIpvs } from './fake-ipvsadm.ts';

type State = 'up' | 'drain' | 'down';

const ftpRules = `-A -t 10.1.0.100:21 -s rr -p 360
-a -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 3
-a -t 10.1.0.100:21 -r 10.2.0.12:21 -m -w 1
`;

interface Setup extends Partial<Omit<IpvsDriverOptions, 'service' | 'servers' | 'ipvsadm'>> {
  readonly service?: string;
  readonly servers?: Readonly<Record<string, string>>;
  readonly keepsake?: Keepsake;
}

/** A driver for a service of a table. */
const open = (ipvs: FakeIpvs, setup: Setup = {}) => {
  const { service = 'tcp 10.1.0.100:21', servers = { b1: '10.2.0.11:21', b2: '10.2.0.12:21' } } = setup;
  const { onDown = 'weight-zero', weights = {}, keepsake = fleetingKeepsake() } = setup;
  const found = parseService(service);
  if (!found) throw new Error(`no service ${service}`);
  const endpoints = Object.entries(servers).map(([id, text]) => [id, parseEndpoint(text)] as const);
  const context: HookContext = { clock: systemClock, log: silentLogger, farm: aFarm(), keepsake: () => keepsake };
  const driver = new IpvsDriver(
    { service: found, servers: new Map(endpoints as never), onDown, weights, ipvsadm: ipvs.ipvsadm },
    context,
  );
  const { signal } = new AbortController();
  return {
    tell: (...told: (readonly [backend: string, state: State])[]) =>
      driver.apply(
        told.map(([backend, state]) => aChange({ backend, state })),
        signal,
      ),
    shown: async () =>
      [...(await driver.observe('ftp', signal))].map(
        ([backend, { state, word, manual }]) => `${backend} ${state}: ${word}${manual ? ', may be an operator' : ''}`,
      ),
  };
};

it('gives a backend weight 0 when it is down, and its own weight when it is up again', async () => {
  const ipvs = new FakeIpvs(ftpRules);
  const { tell, shown } = open(ipvs);
  await tell(['b1', 'up'], ['b2', 'up']);
  expect(ipvs.commands).toEqual([]);
  expect(await shown()).toEqual(['b1 up: weight 3', 'b2 up: weight 1']);

  await tell(['b1', 'down']);
  expect(await shown()).toEqual(['b1 down: weight 0, may be an operator', 'b2 up: weight 1']);
  await tell(['b1', 'up']);
  expect(ipvs.commands).toEqual([
    '-e -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 0',
    '-e -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 3',
  ]);
  expect(ipvs.rules).toBe(ftpRules);
});

it('removes a backend that is down, adds it as it was, and drains with weight 0', async () => {
  const ipvs = new FakeIpvs(ftpRules);
  const { tell, shown } = open(ipvs, { onDown: 'remove' });
  await tell(['b1', 'drain']);
  expect(await shown()).toEqual(['b1 drain: weight 0, may be an operator', 'b2 up: weight 1']);
  await tell(['b1', 'down']);
  expect(await shown()).toEqual(['b1 down: absent', 'b2 up: weight 1']);
  await tell(['b1', 'up']);
  expect(ipvs.commands).toEqual([
    '-e -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 0',
    '-d -t 10.1.0.100:21 -r 10.2.0.11:21',
    '-a -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 3',
  ]);
});

it.each([
  [
    'udp [2001:db8::10]:69',
    '[2001:db8:1::2]:69',
    '-A -u [2001:db8::10]:69 -s wrr',
    '-u [2001:db8::10]:69 -r [2001:db8:1::2]:69 -g',
  ],
  ['mark 21', '10.2.0.11:21', '-A -f 21 -s rr -p 600 -M 255.255.255.0', '-f 21 -r 10.2.0.11:0 -m'],
  ['mark 6 ipv6', '[2001:db8:1:0::2]:21', '-A -f 6 -6 -s wlc', '-f 6 -6 -r [2001:db8:1::2]:0 -g'],
  ['tcp 10.1.0.100:0', '10.2.0.11:21', '-A -t 10.1.0.100:0 -s rr -p 30', '-t 10.1.0.100:0 -r 10.2.0.11:0 -m'],
  ['tcp 10.1.0.100:21', '10.2.0.11:2121', '-A -t 10.1.0.100:21 -s rr', '-t 10.1.0.100:21 -r 10.2.0.11:21 -g'],
  ['tcp 10.1.0.100:7', '10.2.0.11:7', '-A -t 10.1.0.100:7 -s rr', '-t 10.1.0.100:7 -r 10.2.0.11:7 -i'],
])('knows the server of %s by %s, and keeps all that was set of it', async (service, server, head, words) => {
  const flags = words.endsWith('-i') ? ' --tun-type gue --tun-port 6080 --tun-nocsum' : '';
  const rules = `${head}\n-a ${words} -w 7${flags}\n`;
  const ipvs = new FakeIpvs(rules);
  for (const onDown of ['weight-zero', 'remove'] as const) {
    const { tell, shown } = open(ipvs, { service, servers: { b1: server }, onDown });
    await tell(['b1', 'down']);
    expect((await shown()).join()).toMatch(/^b1 down/);
    await tell(['b1', 'up']);
    expect(ipvs.rules).toBe(rules);
  }
  expect(ipvs.commands[0]).toBe(`-e ${words} -w 0${flags}`);
});

it('keeps thresholds, which ipvsadm -e forgets', async () => {
  const ipvs = new FakeIpvs('-A -t 10.1.0.100:21 -s rr\n-a -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 1 -x 100 -y 50\n');
  const thresholds = ipvs.thresholds;
  for (const onDown of ['weight-zero', 'remove'] as const) {
    const { tell } = open(ipvs, { servers: { b1: '10.2.0.11:21' }, onDown });
    await tell(['b1', 'down']);
    await tell(['b1', 'up']);
    expect(ipvs.thresholds).toBe(thresholds);
  }
  expect(ipvs.commands).toContain('-a -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 1 -x 100 -y 50');
});

it('tells two servers of one address apart by their ports', async () => {
  const ipvs = new FakeIpvs(
    '-A -t 10.1.0.100:21 -s rr\n-a -t 10.1.0.100:21 -r 10.2.0.11:2121 -m -w 1\n-a -t 10.1.0.100:21 -r 10.2.0.11:2122 -m -w 1\n',
  );
  const { tell } = open(ipvs, { servers: { b1: '10.2.0.11:2121', b2: '10.2.0.11:2122' } });
  await tell(['b2', 'down']);
  expect(ipvs.commands).toEqual(['-e -t 10.1.0.100:21 -r 10.2.0.11:2122 -m -w 0']);
});

it('remembers over a restart how a backend was, and whether it was drained', async () => {
  for (const onDown of ['weight-zero', 'remove'] as const) {
    const ipvs = new FakeIpvs(ftpRules);
    const keepsake = fleetingKeepsake();
    await open(ipvs, { onDown, keepsake }).tell(['b1', 'down'], ['b2', 'drain']);
    const { tell, shown } = open(ipvs, { onDown, keepsake });
    expect((await shown()).map((line) => line.split(':')[0])).toEqual(['b1 down', 'b2 drain']);
    await tell(['b1', 'up'], ['b2', 'up']);
    expect(ipvs.rules.split('\n').sort()).toEqual(ftpRules.split('\n').sort());
  }
});

it('adds again what was up when the table was emptied', async () => {
  const ipvs = new FakeIpvs(ftpRules);
  const { tell, shown } = open(ipvs);
  await tell(['b1', 'up'], ['b2', 'down']);
  ipvs.restore('-A -t 10.1.0.100:21 -s rr -p 360\n');
  expect(await shown()).toEqual(['b2 down: absent']);
  await tell(['b1', 'up']);
  expect(ipvs.commands).toEqual(['-a -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 3']);
});

it('corrects a stale table, and learns a weight that somebody gave a backend meanwhile', async () => {
  const ipvs = new FakeIpvs(ftpRules);
  const { tell, shown } = open(ipvs);
  await tell(['b1', 'down']);
  ipvs.restore(ftpRules.replace('-w 3', '-w 9'));
  expect(await shown()).toEqual(['b1 up: weight 9', 'b2 up: weight 1']);
  await tell(['b1', 'down']);
  await tell(['b1', 'up']);
  expect(await shown()).toEqual(['b1 up: weight 9', 'b2 up: weight 1']);
});

it('invents no weight and no server, and makes no service', async () => {
  const zero = ftpRules.replace('-w 3', '-w 0');
  await expect(open(new FakeIpvs(zero)).tell(['b1', 'up'])).rejects.toThrow(
    'tcp 10.1.0.100:21 has b1 at weight 0, and no other is known: give it one in weights',
  );
  const ipvs = new FakeIpvs(ftpRules);
  const tell = open(ipvs, { servers: { b1: '10.2.0.99:21', b2: '10.2.0.12:21' } }).tell;
  await expect(tell(['b1', 'up'], ['b2', 'down'])).rejects.toMatchObject({
    name: 'PartialFailure',
    failed: new Map([
      ['b1', 'tcp 10.1.0.100:21 has no server 10.2.0.99:21, and how it was is not known: add it with ipvsadm -a'],
    ]),
  });
  expect(ipvs.commands).toEqual(['-e -t 10.1.0.100:21 -r 10.2.0.12:21 -m -w 0']);
  const elsewhere = open(new FakeIpvs(ftpRules), { service: 'udp 10.1.0.100:21' });
  await expect(elsewhere.tell(['b1', 'down'])).rejects.toThrow('IPVS has no service udp 10.1.0.100:21');
  await expect(elsewhere.shown()).rejects.toThrow('IPVS has no service udp 10.1.0.100:21');
});

it('gives weights of the config before those of IPVS', async () => {
  const ipvs = new FakeIpvs(ftpRules.replace('-w 3', '-w 0'));
  const { tell, shown } = open(ipvs, { weights: { b1: 5, b2: 2 } });
  await tell(['b1', 'up'], ['b2', 'up']);
  expect(await shown()).toEqual(['b1 up: weight 5', 'b2 up: weight 2']);
});

it.each([
  [
    {
      exitCode: 2,
      stdout: '',
      stderr: "Can't initialize ipvs: Permission denied (you must be root)\nAre you sure\u0007 …",
    },
    "ipvsadm: Can't initialize ipvs: Permission denied (you must be root) Are you sure …",
  ],
  [{ exitCode: 3, stdout: '', stderr: '' }, 'ipvsadm: exit 3'],
  [{ exitCode: 0, stdout: 'no rules at all', stderr: '' }, 'cannot read what ipvsadm printed: no rules at all'],
  [{ exitCode: 0, stdout: '', stderr: '' }, 'IPVS has no service tcp 10.1.0.100:21'],
  [new Error('no executable file ipvsadm'), 'no executable file ipvsadm'],
])('says why it cannot read the table: %j', async (fault, message) => {
  const ipvs = new FakeIpvs(ftpRules);
  const { tell, shown } = open(ipvs);
  ipvs.fault = fault;
  await expect(tell(['b1', 'down'])).rejects.toThrow(message);
  ipvs.fault = fault;
  await expect(shown()).rejects.toThrow(message);
  expect(ipvs.commands).toEqual([]);
});

it.each([
  [null],
  ['garbage'],
  [{ b1: { server: { weight: 0 } } }],
  [{ b1: { told: 'sideways' } }],
  [
    {
      b1: {
        server: { address: '10.2.0.11', port: 21, method: '-m', weight: 3, flags: ['-w 5; rm'], upper: 0, lower: 0 },
      },
    },
  ],
])('takes nothing from a keepsake that is none: %j', async (value) => {
  const keepsake = fleetingKeepsake();
  await keepsake.write(value);
  const { tell } = open(new FakeIpvs('-A -t 10.1.0.100:21 -s rr\n'), { keepsake });
  await expect(tell(['b1', 'up'])).rejects.toThrow('how it was is not known');
});

it('takes a dead backend out even when what it was like cannot be written down, and keeps that in mind', async () => {
  const ipvs = new FakeIpvs(ftpRules);
  const full: Keepsake = { read: async () => undefined, write: () => Promise.reject(new Error('the disk is full')) };
  const { tell } = open(ipvs, { keepsake: full, onDown: 'remove' });
  await tell(['b1', 'down']);
  await tell(['b1', 'up']);
  expect(ipvs.rules.split('\n').sort()).toEqual(ftpRules.split('\n').sort());
});

it('ends as it should whatever happens, and never loses how a server was', async () => {
  const backend = fc.constantFrom('b1', 'b2');
  const state = fc.constantFrom<State>('up', 'drain', 'down');
  const server = fc.record({
    method: fc.constantFrom('-m', '-g', '-i --tun-type gre --tun-csum'),
    weight: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    upper: fc.nat(100),
  });
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant('tell'), backend, state) },
    fc.tuple(fc.constant('restart'), backend, state),
    fc.tuple(fc.constant('stale'), backend, state),
    fc.tuple(fc.constant('fault'), backend, state),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(server, server),
      fc.constantFrom<'weight-zero' | 'remove'>('weight-zero', 'remove'),
      fc.array(event, { maxLength: 12 }),
      async (servers, onDown, events) => {
        const line = ({ method = '', weight = 1, upper = 0 }, i: number) => {
          const [flag, ...flags] = method.split(' ');
          const more = [...flags, ...(upper > 0 ? ['-x', upper] : [])].map((word) => ` ${word}`).join('');
          return `-a -f 21 -r 10.2.0.1${i + 1}:0 ${flag} -w ${weight}${more}\n`;
        };
        const rules = `-A -f 21 -s rr\n${servers.map(line).join('')}`;
        const ipvs = new FakeIpvs(rules);
        const { rules: printed, thresholds } = ipvs;
        const setup = { service: 'mark 21', onDown, keepsake: fleetingKeepsake() };
        let driver = open(ipvs, setup);
        await driver.tell(['b1', 'up'], ['b2', 'up']);
        for (const [what, id, wanted] of events) {
          if (what === 'restart') driver = open(ipvs, setup);
          else if (what === 'stale') ipvs.restore(rules);
          else if (what === 'fault') {
            ipvs.fault = { exitCode: 255, stdout: '', stderr: 'Memory allocation problem' };
            await expect(driver.tell([id, wanted])).rejects.toThrow('Memory allocation problem');
          } else {
            await driver.tell([id, wanted]);
            expect((await driver.shown()).find((line) => line.startsWith(`${id} ${wanted}`))).toBeDefined();
          }
        }
        await driver.tell(['b1', 'up'], ['b2', 'up']);
        expect(ipvs.rules.split('\n').sort()).toEqual(printed.split('\n').sort());
        expect(ipvs.thresholds.split('\n').sort()).toEqual(thresholds.split('\n').sort());
      },
    ),
  );
});

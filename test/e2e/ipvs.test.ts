import { beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock/system-clock.ts';
import { IpvsDriver } from '../../src/hook/ipvs/ipvs-driver.ts';
import type { Ipvsadm } from '../../src/hook/ipvs/ipvsadm.ts';
import { parseEndpoint, parseService } from '../../src/hook/ipvs/service.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { aChange, aFarm } from '../hook/a-change.ts';
import { needs } from './debian-program.ts';
import { Uml, umlPrograms } from './uml.ts';

/** Services of every kind, and a server each with something that ipvsadm -e would forget. */
const kinds = [
  { service: 'tcp 192.0.2.10:21', server: '10.2.0.11:21', options: '-s rr -p 360', flags: '-m -w 3' },
  {
    service: 'tcp 192.0.2.10:443',
    server: '10.2.0.11:443',
    options: '-s sh -b sh-port',
    flags: '-m -w 1 -x 100 -y 50',
  },
  {
    service: 'tcp 192.0.2.10:7',
    server: '10.2.0.11:7',
    options: '-s wrr',
    flags: '-i -w 5 --tun-type gue --tun-port 6080 --tun-nocsum',
  },
  { service: 'tcp 192.0.2.10:0', server: '10.2.0.11:2121', options: '-s rr -p 30', flags: '-g -w 2' },
  { service: 'udp 192.0.2.10:69', server: '10.2.0.11:69', options: '-s wlc', flags: '-g -w 2' },
  { service: 'mark 21', server: '10.2.0.11:21', options: '-s rr -p 600 -M 255.255.255.0', flags: '-m -w 4' },
  {
    service: 'udp [2001:db8::10]:69',
    server: '[2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:69',
    options: '-s rr',
    flags: '-m -w 7',
  },
  { service: 'mark 6 ipv6', server: '[2001:db8:1::2]:22', options: '-s wlc', flags: '-g -w 1' },
] as const;

/** Every kind's service and server, as `ipvsadm -R` reads them. */
const rules = kinds
  .map(({ service, server, options, flags }) => {
    const words = parseService(service)?.words.join(' ');
    return `-A ${words} ${options}\n-a ${words} -r ${server} ${flags}\n`;
  })
  .join('');

/** ipvsadm, inside. */
const ipvsadmIn =
  (uml: Uml): Ipvsadm =>
  async (args) => {
    const { code, stdout, stderr } = await uml.try(`ipvsadm ${args.map((word) => `'${word}'`).join(' ')}`);
    return { exitCode: code, stdout, stderr };
  };

const { signal } = new AbortController();

const open = (uml: Uml, { service, server }: { service: string; server: string }, onDown: 'weight-zero' | 'remove') => {
  const found = parseService(service);
  const endpoint = parseEndpoint(server);
  if (!found || !endpoint) throw new Error(`${service} ${server}`);
  const options = {
    service: found,
    servers: new Map([['b1', endpoint]]),
    onDown,
    weights: {},
    ipvsadm: ipvsadmIn(uml),
  };
  const driver = new IpvsDriver(options, { clock: systemClock, log: silentLogger, farm: aFarm() });
  return {
    tell: (state: 'up' | 'drain' | 'down') => driver.apply([aChange({ state })], signal),
    shown: async () => (await driver.observe('ftp', signal)).get('b1'),
  };
};

/** The whole table, with what `-Sn` leaves out. */
const table = (uml: Uml): Promise<string> => uml.run('ipvsadm -Sn; ipvsadm -Ln --thresholds');

beforeEach((context) => needs(context, ...umlPrograms, { debian: 'ipvsadm', path: '/usr/sbin/ipvsadm' }));

it('takes servers of every kind of service out of a real IPVS and in again, as they were', async () => {
  await using uml = await Uml.boot('ip_vs');
  await uml.run(`ipvsadm -R <<'.'\n${rules}.`);
  const before = await table(uml);
  for (const kind of kinds) {
    const { tell, shown } = open(uml, kind, 'weight-zero');
    await tell('drain');
    expect(await shown(), kind.service).toEqual({ state: 'drain', word: 'weight 0', manual: true });
    await tell('up');
  }
  expect(await table(uml)).toBe(before);
  // The same words are told when a server is added: three kinds with all of them are enough.
  for (const kind of kinds.filter(({ flags }) => / -x |--tun-port| -w 4/.test(flags))) {
    const { tell, shown } = open(uml, kind, 'remove');
    await tell('down');
    expect(await shown(), kind.service).toEqual({ state: 'down', word: 'absent', manual: false });
    await tell('up');
  }
  expect(await table(uml)).toBe(before);
}, 300_000);

it('makes no service and no server that a real IPVS does not have, and comes right once it has', async () => {
  await using uml = await Uml.boot('ip_vs');
  const { tell, shown } = open(uml, { service: 'tcp 192.0.2.10:21', server: '10.2.0.11:21' }, 'remove');
  await expect(tell('down')).rejects.toThrow('IPVS has no service tcp 192.0.2.10:21');
  await uml.run('ipvsadm -A -t 192.0.2.10:21 -s rr');
  await expect(tell('up')).rejects.toThrow('has no server 10.2.0.11:21');
  await uml.run('ipvsadm -a -t 192.0.2.10:21 -r 10.2.0.11:21 -m -w 3');
  await tell('up');
  await tell('down');
  await uml.run('ipvsadm -C; ipvsadm -A -t 192.0.2.10:21 -s rr');
  expect(await shown()).toMatchObject({ word: 'absent' });
  await tell('up');
  expect(await uml.run('ipvsadm -Sn')).toBe('-A -t 192.0.2.10:21 -s rr\n-a -t 192.0.2.10:21 -r 10.2.0.11:21 -m -w 3\n');
});

import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import type { Way } from './farm-client.ts';
import { noteFigure } from './figure.ts';
import { machinePrograms } from './machine.ts';
import { curl, nftlb } from './nftlb.ts';
import type { RealServer } from './real-server.ts';
import { type Checks, farmOf, SkudonetFarms } from './skudonet-farms.ts';
import { sshd } from './sshd.ts';
import { tftpd } from './tftpd.ts';
import { vsftpd } from './vsftpd.ts';

/** As SKUDONET's users write them: plugins, and a sentinel file for TFTP, for which there is no plugin. */
const plugins: Checks = () => ({
  ftp: { command: 'check_ftp -H HOST' },
  tftp: { check: { type: 'tftp', file: 'sentinel.txt' } },
  sftp: { command: 'check_ssh HOST' },
});

const file = { file: 'sentinel.txt', content: 'all is well' };

/** What a client does. */
const passive: Checks = (login) => ({
  ftp: { check: { type: 'ftp', data: 'passive', ...file } },
  tftp: { check: { type: 'tftp', ...file } },
  sftp: { check: { type: 'ssh', ...login, ...file } },
});

/** The same, with FTP's data connections from the servers. */
const active: Checks = (login) => ({ ...passive(login), ftp: { check: { type: 'ftp', data: 'active', ...file } } });

/** Something that befalls a server, and its end. */
interface Fault {
  readonly what: string;
  begin(server: RealServer, farms: SkudonetFarms): Promise<void> | void;
  end(server: RealServer, farms: SkudonetFarms): Promise<void> | void;
}

const sentinelOf = ({ place }: RealServer) => join(place.root, 'sentinel.txt');
const aside = ({ place }: RealServer) => join(place.folder, 'sentinel.txt');

/** All faults befall the first server of a farm. */
const firstMachine = ({ network }: SkudonetFarms) => {
  const [machine] = network.servers;
  if (!machine) throw new Error('the farm has no server');
  return machine;
};

const killed: Fault = { what: 'is killed', begin: (server) => server.kill(), end: (server) => server.start() };

const hung: Fault = { what: 'hangs', begin: (server) => server.hang(), end: (server) => server.goOn() };

const slowed: Fault = {
  what: 'gets but two packets a second out',
  begin: (_server, farms) => firstMachine(farms).drops('output', 'limit rate over 2/second burst 1 packets'),
  end: (_server, farms) => firstMachine(farms).dropsNothing(),
};

const withoutSentinel: Fault = {
  what: 'has lost its sentinel file',
  begin: (server) => rename(sentinelOf(server), aside(server)),
  end: (server) => rename(aside(server), sentinelOf(server)),
};

const withoutPassivePorts: Fault = {
  what: 'has its data ports closed',
  begin: (_server, farms) => firstMachine(farms).drops('input', 'tcp dport 50000-50099'),
  end: (_server, farms) => firstMachine(farms).dropsNothing(),
};

const withoutActiveConnections: Fault = {
  what: 'may not open data connections',
  begin: (_server, farms) => firstMachine(farms).drops('output', 'tcp flags & (syn | ack) == syn'),
  end: (_server, farms) => firstMachine(farms).dropsNothing(),
};

/** Each way, how its farm is checked, and the faults that this check must see. */
const scenarios: readonly (readonly [Way, string, Checks, readonly Fault[]])[] = [
  ['passive FTP', 'check_ftp -H HOST', plugins, [killed, hung]],
  ['active FTP', 'check_ftp -H HOST', plugins, [killed, hung]],
  ['TFTP', 'check_tftp', plugins, [killed, hung, withoutSentinel]],
  ['SFTP', 'check_ssh HOST', plugins, [killed, hung]],
  ['passive FTP', 'a deep check', passive, [killed, hung, slowed, withoutSentinel, withoutPassivePorts]],
  ['active FTP', 'a deep check', active, [killed, hung, slowed, withoutSentinel, withoutActiveConnections]],
  ['SFTP', 'a deep check', passive, [killed, hung, slowed, withoutSentinel]],
];

/** Who serves a client that fetches so many times; a fetch that fails fails the test. */
const servedBy = async ({ client }: SkudonetFarms, way: Way, times: number): Promise<string[]> => {
  const names = new Set<string>();
  for (let n = 0; n < times; n++) names.add(await client.fetch(way));
  return [...names].sort();
};

/** Resolves once both servers have served a client: nftlb tosses a coin for each connection. */
const bothServe = async (farms: SkudonetFarms, way: Way): Promise<void> => {
  const seen = new Set<string>();
  for (let n = 0; n < 30 && seen.size < 2; n++) for (const name of await servedBy(farms, way, 1)) seen.add(name);
  expect([...seen].sort()).toEqual(['bck0', 'bck1']);
};

describe('farms behind nftlb', () => {
  beforeEach((context) => needs(context, vsftpd, tftpd, sshd, nftlb, curl, ...machinePrograms));

  it.for(scenarios)('by %s, watched by %s, serve on while a server fails', async ([way, _by, checks, faults], test) => {
    await using farms = await SkudonetFarms.open(checks);
    const farm = farmOf(way);
    const server = farms.servers.get('bck0')?.[farm];
    if (!server) throw new Error('no such server');
    const shows = (state: string) => async () => ((await farms.shown(farm, 'bck0')) === state ? true : undefined);
    const waitFor = (state: string, fault: Fault) =>
      farms.guardian.explaining(() => eventually(shows(state), { what: `${state} of a server that ${fault.what}` }));

    await farms.guardian.looksAgain(1);
    await bothServe(farms, way);
    for (const fault of faults) {
      const startedAt = performance.now();
      await fault.begin(server, farms);
      await waitFor('down', fault);
      const out = performance.now() - startedAt;
      expect(await servedBy(farms, way, 8), `while bck0 ${fault.what}`).toEqual(['bck1']);
      const endedAt = performance.now();
      await fault.end(server, farms);
      await waitFor('up', fault);
      const back = performance.now() - endedAt;
      await bothServe(farms, way);
      noteFigure(test, `${fault.what}: out after ${seconds(out)}, back after ${seconds(back)}`);
    }
    for (const other of farms.servers.keys()) expect(await farms.shown(farm, other)).toBe('up');
  });
});

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { FarmNetwork, serverAddress, vip } from './farm-network.ts';
import { GuardedFarm } from './guarded-farm.ts';
import { machinePrograms } from './machine.ts';
import { curl, Nftlb, nftlb } from './nftlb.ts';
import type { RealServer } from './real-server.ts';
import { startVsftpd, vsftpd } from './vsftpd.ts';

const conntrack = { debian: 'conntrack', path: '/usr/sbin/conntrack' };

/** The farms of docs/load-balancers/skudonet-nftlb.md: everything up, as at first, and after a restart that knew no better. */
const example = JSON.parse(readFileSync(join(import.meta.dirname, '../../examples/nftlb-farms.json'), 'utf8')) as {
  readonly farms: readonly Readonly<Record<string, unknown>>[];
};
const [farm = {}] = example.farms;

/** Two FTP servers that give out different files behind nftlb, and a guardian on the balancer. */
class NftlbLab implements AsyncDisposable {
  readonly servers: RealServer[] = [];
  readonly #things: AsyncDisposable[] = [];
  network!: FarmNetwork;
  balancer!: Nftlb;
  guarded!: GuardedFarm;

  static async open(options: object = {}): Promise<NftlbLab> {
    const lab = new NftlbLab();
    try {
      lab.network = lab.#keep(await FarmNetwork.open(2));
      lab.balancer = lab.#keep(await Nftlb.open(lab.network.balancer));
      for (const each of example.farms) await lab.balancer.farm(each);
      for (const n of [1, 2]) {
        const files = { 'sentinel.txt': `server ${n}\n` };
        lab.servers.push(lab.#keep(await startVsftpd({ files, site: lab.network.site(n, 21) })));
      }
      const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
      lab.#keep({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) });
      const key = join(folder, 'key');
      await writeFile(key, lab.balancer.key);
      const hook = { type: 'nftlb', url: lab.balancer.url, key: { file: key }, farm: 'ftpfarm' };
      const { enter } = lab.network.balancer;
      const backends = { b1: serverAddress(1), b2: serverAddress(2) };
      const names = { b1: 'bck0', b2: 'bck1' };
      lab.guarded = lab.#keep(await GuardedFarm.open({ backends, hook: { ...hook, names, ...options }, enter }));
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Which server a client is given the file by. */
  async fetch(): Promise<string> {
    const url = `ftp://${vip}/sentinel.txt`;
    return this.network.client.run('curl', '--silent', '--show-error', '--max-time', '3', url);
  }

  async state(name: string): Promise<string | undefined> {
    return (await this.balancer.backends('ftpfarm')).get(name)?.state;
  }

  /** Waits for a backend's state in nftlb. */
  async shows(name: string, state: string, timeoutMs = 15_000): Promise<void> {
    const look = async () => ((await this.state(name)) === state ? true : undefined);
    await eventually(look, { what: `${name} to be ${state} in nftlb`, timeoutMs }).catch((error) => {
      throw new Error(`${error.message}; the guardian's log: ${this.guarded.log}`, { cause: error });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const thing of this.#things.reverse()) await thing[Symbol.asyncDispose]();
  }

  #keep<Thing extends AsyncDisposable>(thing: Thing): Thing {
    this.#things.push(thing);
    return thing;
  }
}

describe('nftlb, of Debian,', () => {
  beforeEach((context) => needs(context, nftlb, curl, conntrack, vsftpd, ...machinePrograms));

  it.each([{}, { cutConnections: true }])(
    'sends a dead server no client, not even those that were bound to it, and the server is taken back: %j',
    async (options) => {
      await using lab = await NftlbLab.open(options);
      await lab.guarded.shows('b2', ({ outcome }) => outcome === 'delivered', 'delivered');
      const bound = await lab.fetch();
      expect(await lab.fetch()).toBe(bound);
      const [dead, other] = bound === 'server 1\n' ? ([0, 'server 2\n'] as const) : ([1, 'server 1\n'] as const);

      await lab.servers[dead]?.kill();
      await lab.shows(`bck${dead}`, 'down');
      await lab.guarded.shows(
        `b${dead + 1}`,
        ({ outcome, shows }) => outcome === 'delivered' && shows === 'down',
        'down',
      );
      expect(await lab.fetch()).toBe(other);
      const sessions = JSON.stringify(await lab.balancer.ask('GET', '/farms/ftpfarm/sessions'));
      expect(sessions).not.toContain(`bck${dead}`);

      await lab.servers[dead]?.start();
      await lab.shows(`bck${dead}`, 'up');
    },
  );

  it('keeps what its operator switched off, and is guarded again once that is over', async () => {
    await using lab = await NftlbLab.open();
    await lab.guarded.shows('b2', ({ outcome }) => outcome === 'delivered', 'delivered');
    await lab.balancer.farm({ name: 'ftpfarm', backends: [{ name: 'bck1', state: 'off' }] });
    const left = await lab.guarded.shows('b2', ({ outcome }) => outcome === 'left-alone', 'left alone');
    expect(left).toMatchObject({ hook: 'nftlb', shows: 'off' });

    await lab.servers[1]?.kill();
    await eventually(async () => (await lab.guarded.status('b2')).desired === 'down' || undefined, { what: 'down' });
    expect(await lab.state('bck1')).toBe('off');

    await lab.balancer.farm({ name: 'ftpfarm', backends: [{ name: 'bck1', state: 'up' }] });
    await lab.shows('bck1', 'down');
    const said = (await lab.guarded.journal()).filter(({ type }) => type === 'left-alone');
    expect(said).toMatchObject([{ backend: 'b2', hook: 'nftlb', state: 'up', found: 'off' }]);
  });

  it('is right again within one resync of a restart that made everything up', async () => {
    await using lab = await NftlbLab.open();
    await lab.servers[0]?.kill();
    await lab.shows('bck0', 'down');
    await lab.guarded.shows('b1', ({ outcome }) => outcome === 'delivered', 'delivered');

    await lab.balancer.kill();
    await lab.guarded.shows('b1', ({ error }) => error !== null, 'unread');
    await lab.balancer.start();
    await lab.balancer.farm(farm);
    const since = performance.now();
    await lab.shows('bck0', 'down', 2_500);
    expect(performance.now() - since).toBeLessThan(2_500);
    const drifts = (await lab.guarded.journal()).filter(({ type }) => type === 'drift');
    expect(drifts.at(-1)).toMatchObject({ backend: 'b1', hook: 'nftlb', state: 'down' });
  });

  it('has nothing made in it that was not there, and what is missing is told', async () => {
    await using lab = await NftlbLab.open({ names: { b1: 'bck0', b2: 'bck9' } });
    const failing = await lab.guarded.shows('b2', ({ outcome }) => outcome === 'failing', 'failing');
    expect(failing.error).toBe('nftlb has no backend bck9 in farm ftpfarm');
    await lab.guarded.shows('b1', ({ outcome }) => outcome === 'delivered', 'delivered');
    expect([...(await lab.balancer.backends('ftpfarm')).keys()]).toEqual(['bck0', 'bck1']);
    expect(lab.guarded.log.match(/no backend bck9/g)).toHaveLength(1);

    // As soon as it is there, it is told.
    await lab.balancer.farm({
      name: 'ftpfarm',
      backends: [{ name: 'bck9', 'ip-addr': '10.2.0.19', port: '21', state: 'down' }],
    });
    await lab.shows('bck9', 'up', 40_000);
  });
});

import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FarmClient, nameFile, type Way } from './farm-client.ts';
import { FarmNetwork, serverAddress, vip } from './farm-network.ts';
import { GuardianProcess } from './guardian-process.ts';
import { Nftlb } from './nftlb.ts';
import type { RealServer } from './real-server.ts';
import { type SshLogin, sshLogin, startSshd } from './sshd.ts';
import { startTftpd } from './tftpd.ts';
import { startVsftpd } from './vsftpd.ts';

/** The farms, and how nftlb forwards each: the kernel's helpers find the data connections of FTP and TFTP. */
const forwarding = {
  ftp: { 'virtual-ports': '21', mode: 'snat', protocol: 'tcp', helper: 'ftp' },
  tftp: { 'virtual-ports': '69', mode: 'dnat', protocol: 'udp', helper: 'tftp' },
  sftp: { 'virtual-ports': '22', mode: 'snat', protocol: 'tcp' },
} as const;

/** Name of a farm. */
export type FarmName = keyof typeof forwarding;

const farmNames = Object.keys(forwarding) as FarmName[];

/** The farm that serves a way. */
export const farmOf = (way: Way): FarmName => (way === 'TFTP' ? 'tftp' : way === 'SFTP' ? 'sftp' : 'ftp');

/** One machine behind the balancer: a server of each kind, on its usual port. */
export type Servers = Readonly<Record<FarmName, RealServer>>;

/** How the guardian is to check each farm: a part of its config. */
export type Checks = (login: SftpLogin) => Readonly<Record<FarmName, Readonly<Record<string, unknown>>>>;

/** Options of an SFTP check that both servers accept. */
export type SftpLogin = Pick<SshLogin, 'user' | 'key'> & { readonly hostKey: readonly string[] };

/** Fast enough for a test, slow enough for two cores. */
const defaults = { interval: '500ms', fastInterval: '200ms', downInterval: '500ms', timeout: '2s', rise: 2, fall: 2 };

/** What the servers give out. */
const filesOf = (backend: string) => ({ 'sentinel.txt': 'all is well\n', [nameFile]: `${backend}\n` });

/** SKUDONET's L4xNAT farms, whole: a client, nftlb, two machines with a server of each kind, and a guardian on the balancer. */
export class SkudonetFarms implements AsyncDisposable {
  readonly network: FarmNetwork;
  readonly client: FarmClient;
  readonly nftlb: Nftlb;
  readonly guardian: GuardianProcess;
  /** By backend. */
  readonly servers: ReadonlyMap<string, Servers>;
  readonly #close: () => Promise<void>;

  private constructor(parts: Omit<SkudonetFarms, typeof Symbol.asyncDispose | 'shown'>, close: () => Promise<void>) {
    this.network = parts.network;
    this.client = parts.client;
    this.nftlb = parts.nftlb;
    this.guardian = parts.guardian;
    this.servers = parts.servers;
    this.#close = close;
  }

  /** Starts all of it. */
  static async open(checks: Checks): Promise<SkudonetFarms> {
    const opened: (() => PromiseLike<void>)[] = [];
    const close = async () => {
      for (const undo of opened.reverse()) await undo();
    };
    const keep = <T extends AsyncDisposable>(resource: T): T => {
      opened.push(() => resource[Symbol.asyncDispose]());
      return resource;
    };
    try {
      const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
      opened.push(() => rm(folder, { recursive: true, force: true }));
      const network = keep(await FarmNetwork.open(2));
      const servers = new Map<string, Servers>();
      for (const [i, backend] of ['bck0', 'bck1'].entries()) {
        const files = filesOf(backend);
        const ftp = keep(await startVsftpd({ files, site: network.site(i + 1, 21), passivePorts: [50_000, 50_099] }));
        const tftp = keep(await startTftpd(files, network.site(i + 1, 69)));
        servers.set(backend, { ftp, tftp, sftp: keep(await startSshd(files, network.site(i + 1, 22))) });
      }
      const login = await shareLogin([...servers.values()].map(({ sftp }) => sftp));
      const nftlb = keep(await Nftlb.open(network.balancer));
      for (const farm of farmNames) await nftlb.farm(nftlbFarm(farm));
      const config = await writeConfig(folder, nftlb, checks(login));
      const guardian = keep(new GuardianProcess(config, network.balancer.enter));
      const client = new FarmClient(network.client, login.key);
      return new SkudonetFarms({ network, client, nftlb, guardian, servers }, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** What nftlb does with a backend. */
  async shown(farm: FarmName, backend: string): Promise<string | undefined> {
    return (await this.nftlb.backends(farm)).get(backend)?.state;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** Lets the first server's key in everywhere: a farm is checked in one way. */
const shareLogin = async (servers: readonly RealServer[]): Promise<SftpLogin> => {
  const logins = await Promise.all(servers.map(({ place }) => sshLogin(place)));
  const [first, ...others] = servers;
  const [login] = logins;
  if (!first || !login) throw new Error('no SSH server');
  const keys = (server: RealServer) => join(server.place.folder, 'authorized_keys');
  for (const other of others) await copyFile(keys(first), keys(other));
  return { user: login.user, key: login.key, hostKey: logins.map(({ hostKey }) => hostKey) };
};

const nftlbFarm = (name: FarmName) => ({
  name,
  ...forwarding[name],
  family: 'ipv4',
  'virtual-addr': vip,
  scheduler: 'weight',
  state: 'up',
  backends: ['bck0', 'bck1'].map((backend, i) => ({
    name: backend,
    'ip-addr': serverAddress(i + 1),
    port: forwarding[name]['virtual-ports'],
    weight: '1',
    priority: '1',
    // Marks are nftlb's way to tell connections apart: each backend has its own.
    mark: `0x${(0x200 + 16 * farmNames.indexOf(name) + i).toString(16)}`,
    state: 'up',
  })),
});

const writeConfig = async (folder: string, { url, key }: Nftlb, checks: ReturnType<Checks>): Promise<string> => {
  await writeFile(join(folder, 'nftlb.key'), `${key}\n`, { mode: 0o600 });
  const farms = farmNames.map((name) => [
    name,
    {
      vip: `${vip}:${forwarding[name]['virtual-ports']}`,
      port: Number(forwarding[name]['virtual-ports']),
      ...checks[name],
      backends: { bck0: serverAddress(1), bck1: serverAddress(2) },
      hooks: [{ type: 'nftlb', url, key: { file: 'nftlb.key' }, resync: '2s' }],
    },
  ]);
  const config = join(folder, 'farm-guardian.json');
  const places = { stateDir: 'state', socket: 'admin.sock', listen: 'off' };
  await writeFile(config, JSON.stringify({ ...places, defaults, farms: Object.fromEntries(farms) }));
  return config;
};

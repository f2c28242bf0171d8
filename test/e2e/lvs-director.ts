import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { binPath } from '../bin-path.ts';
import { findProgram } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { LvsGuardian } from './lvs-guardian.ts';
import { type LvsService, lvsVip } from './lvs-services.ts';
import { Uml } from './uml.ts';
import { vsftpd } from './vsftpd.ts';

/** Where each client is: every one has its own address, since the service keeps clients with their server. */
const clientAddress = (n: number): string => `10.1.0.${10 + n}`;

/** Where each real server is. */
const realServerAddress = (n: number): string => `10.2.0.${10 + n}`;

const passivePorts = [10_000, 10_100] as const;

const examples = join(import.meta.dirname, '../../examples');

/** Two real servers, clients, and a director between them, each in a network namespace of a user-mode Linux. */
const network = `
  set -e
  ip link add inside type bridge
  ip address add 10.2.0.1/24 dev inside
  ip link set inside up
  join() { # namespace, its addresses' prefix, the director's end
    ip netns add $1
    ip link add $3 type veth peer name eth0 netns $1
    ip link set $3 up
    ip netns exec $1 sh -c "ip link set lo up; ip link set eth0 up"
  }
  join client 10.1.0 outside
  ip address add 10.1.0.1/24 dev outside
  ip address add ${lvsVip}/24 dev outside
  ip netns exec client sh -c 'for n in 1 2 3 4 5 6 7 8; do ip address add 10.1.0.1$n/24 dev eth0; done'
  for n in 1 2; do
    join server$n 10.2.0 port$n
    ip link set port$n master inside
    ip netns exec server$n sh -c "ip address add 10.2.0.1$n/24 dev eth0; ip route add default via 10.2.0.1"
  done`;

/** One transfer of a client. */
export interface Transfer {
  /** When it began, on the clock of the machine, seconds. */
  readonly at: number;
  readonly mode: 'passive' | 'active';
  readonly client: number;
  /** curl's exit code: 0 when it was whole, 7 when nobody answered. */
  readonly exit: number;
  /** The server that it came from. */
  readonly from: string;
}

/** LVS's FTP farm: a director with IPVS and Farm Guardian, two real servers and eight clients. */
export class LvsDirector implements AsyncDisposable {
  readonly #uml: Uml;
  readonly #service: LvsService;

  private constructor(uml: Uml, service: LvsService) {
    this.#uml = uml;
    this.#service = service;
  }

  /** Builds it, with both real servers running. */
  static async open(service: LvsService): Promise<LvsDirector> {
    const uml = await Uml.boot('ip_vs', 'ip_vs_rr', 'bridge', 'veth', ...service.modules);
    const director = new LvsDirector(uml, service);
    try {
      await uml.run(network);
      await director.setUp();
      for (const n of [1, 2]) await director.#prepareServer(n);
      await Promise.all([director.startServer(1), director.startServer(2)]);
      return director;
    } catch (error) {
      await uml[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Empties IPVS and runs the example's script, as when the director starts. */
  async setUp(): Promise<void> {
    await this.#uml.run(`ipvsadm -C; sh ${join(examples, `${this.#service.example}.sh`)}`);
  }

  /** What `ipvsadm -Sn` prints. */
  rules(): Promise<string> {
    return this.#uml.run('ipvsadm -Sn');
  }

  /** Starts a real server; resolves when it answers. */
  async startServer(n: number): Promise<void> {
    const program = findProgram(vsftpd);
    await this.#uml.start(
      `ip netns exec server${n} setsid ${program} ${this.#at(`vsftpd${n}.conf`)} & echo $! >/run/server${n}.pid; wait`,
    );
    const greets = `curl -sS --max-time 20 ftp://${realServerAddress(n)}/sentinel.txt`;
    await eventually(() => this.#uml.run(greets), { what: `real server ${n}`, timeoutMs: 120_000 });
  }

  /** Kills a real server and all its sessions. */
  async killServer(n: number): Promise<void> {
    await this.#uml.run(`pkill -KILL -f ${this.#at(`vsftpd${n}.conf`)}`);
  }

  /** Starts the guardian on the director, with its example's config, and a file hook besides that can be read here. */
  async startGuardian(): Promise<LvsGuardian> {
    const config = this.#at('farm-guardian.json');
    const states = this.#at('states');
    const { farms } = parse(await readFile(join(examples, `${this.#service.example}.yaml`), 'utf8'));
    const [ipvs] = farms.ftp.hooks;
    // A processor in user mode is slow under the load of other tests.
    farms.ftp.hooks = [
      { ...ipvs, timeout: '30s' },
      { type: 'file', path: states, format: 'lines' },
    ];
    const rhythm = { interval: '1s', fastInterval: '200ms', timeout: '20s', rise: 2, fall: 2, resync: '2s' };
    const socket = '/run/farm-guardian.sock';
    await writeFile(config, JSON.stringify({ stateDir: 'state', socket, listen: 'off', defaults: rhythm, farms }));
    const command = `${process.execPath} ${binPath('farm-guardian')} run -c ${config}`;
    const script = await this.#uml.start(`${command} & echo $! >/run/guardian.pid; wait $!`);
    return new LvsGuardian(this.#uml, script, states);
  }

  /** Starts clients that transfer a file through the virtual address again and again. */
  async startClients(modes: readonly Transfer['mode'][], clients: readonly number[]): Promise<void> {
    const log = this.#at('transfers');
    await writeFile(log, '');
    const flags = { passive: '', active: '-P -' };
    for (const mode of modes)
      await this.#uml.start(`
        while sleep 0.5; do for client in ${clients.join(' ')}; do
          read -r at rest </proc/uptime
          from=$(ip netns exec client curl -sS --max-time 30 --interface 10.1.0.1$client ${flags[mode]} ftp://${lvsVip}/name.txt 2>/run/error)
          echo "$at ${mode} $client $? $from" >>${log}
        done; done`);
  }

  /** All transfers so far. */
  async transfers(): Promise<Transfer[]> {
    const lines = (await readFile(this.#at('transfers'), 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => {
      const [at, mode, client, exit, from = ''] = line.split(' ');
      return { at: Number(at), mode: mode as Transfer['mode'], client: Number(client), exit: Number(exit), from };
    });
  }

  /** The machine's clock, seconds. */
  async now(): Promise<number> {
    return Number((await this.#uml.run('cat /proc/uptime')).split(' ')[0]);
  }

  /** One transfer of a client, now. */
  async transfer(client: number, mode: Transfer['mode']): Promise<string> {
    const flag = mode === 'active' ? '-P -' : '';
    const curl = `curl -sS --max-time 30 --interface ${clientAddress(client)} ${flag} ftp://${lvsVip}/name.txt`;
    return (await this.#uml.run(`ip netns exec client ${curl}`)).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#uml[Symbol.asyncDispose]();
  }

  async #prepareServer(n: number): Promise<void> {
    const root = `/run/server${n}`;
    const { passiveAddress } = this.#service;
    const settings = {
      listen: 'YES',
      listen_address: realServerAddress(n),
      background: 'NO',
      anonymous_enable: 'YES',
      no_anon_password: 'YES',
      local_enable: 'NO',
      anon_root: root,
      ftp_username: 'daemon',
      secure_chroot_dir: '/run/empty',
      connect_from_port_20: 'YES',
      seccomp_sandbox: 'NO',
      isolate: 'NO',
      isolate_network: 'NO',
      pasv_min_port: passivePorts[0],
      pasv_max_port: passivePorts[1],
      ...(passiveAddress && { pasv_address: passiveAddress }),
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(this.#at(`vsftpd${n}.conf`), lines.join(''));
    await this.#uml.run(
      `mkdir -p ${root} /run/empty; echo all is well >${root}/sentinel.txt; echo rs${n} >${root}/name.txt`,
    );
  }

  #at(name: string): string {
    return join(this.#uml.share, name);
  }
}

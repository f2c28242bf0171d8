import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { DebianChild } from './debian-child.ts';
import { eventually } from './eventually.ts';

/** HAProxy, of the Debian package of that name. */
export const haproxy = { debian: 'haproxy', path: '/usr/sbin/haproxy' };

/** What its backend `sftp` has. */
export interface HaproxyOptions {
  /** By name of the server, its address and its other options, such as `127.0.0.1:22 agent-check …`. */
  readonly servers: Readonly<Record<string, string>>;
}

/** A HAProxy on loopback with a backend `sftp`, a frontend on a port of its own, and a runtime API. */
export class Haproxy implements AsyncDisposable {
  readonly folder: string;
  /** Where clients come in. */
  readonly port: number;
  /** Where the runtime API is, over TCP. */
  readonly apiPort: number;
  readonly #child = new DebianChild(haproxy);

  private constructor(folder: string, port: number, apiPort: number) {
    this.folder = folder;
    this.port = port;
    this.apiPort = apiPort;
  }

  /** Starts one. */
  static async open({ servers }: HaproxyOptions): Promise<Haproxy> {
    const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
    const balancer = new Haproxy(folder, await freePort(), await freePort());
    try {
      await balancer.configure(servers);
      await balancer.start();
      return balancer;
    } catch (error) {
      await balancer[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where the runtime API is. */
  get socket(): string {
    return join(this.folder, 'admin.sock');
  }

  /** Writes its config; it counts from the next start on. */
  async configure(servers: HaproxyOptions['servers']): Promise<void> {
    const config = [
      'global',
      `  stats socket ${this.socket} mode 600 level admin`,
      `  stats socket ipv4@127.0.0.1:${this.apiPort} level admin`,
      `  server-state-file ${join(this.folder, 'state')}`,
      'defaults',
      '  mode tcp',
      '  timeout connect 1s',
      '  timeout client 60s',
      '  timeout server 60s',
      '  load-server-state-from-file global',
      'frontend clients',
      `  bind 127.0.0.1:${this.port}`,
      '  default_backend sftp',
      'backend sftp',
      '  balance roundrobin',
      ...Object.entries(servers).map(([name, server]) => `  server ${name} ${server}`),
      '',
    ];
    await writeFile(join(this.folder, 'haproxy.cfg'), config.join('\n'));
  }

  /** Starts it; it remembers what {@link saveState} saved. */
  async start(): Promise<void> {
    this.#child.start({ args: ['-f', join(this.folder, 'haproxy.cfg')], stdio: 'ignore' });
    await eventually(() => this.run('show info').then(() => true), { what: 'the runtime API of HAProxy' });
  }

  /** Runs a command of its runtime API. */
  async run(command: string): Promise<string> {
    const socket = connect(this.socket);
    let said = '';
    socket.on('data', (bytes) => {
      said += bytes;
    });
    socket.write(`${command}\n`);
    await once(socket, 'close');
    return said;
  }

  /** What the page of statistics shows of a server: `UP`, `no check`, `MAINT`, `DRAIN`, `DOWN (agent)` … */
  async status(server: string): Promise<string> {
    const row = (await this.run('show stat')).split('\n').find((line) => line.startsWith(`sftp,${server},`));
    return row?.split(',')[17] ?? '';
  }

  /** Waits for a server's status. */
  async shows(server: string, status: string | RegExp, timeoutMs = 15_000): Promise<void> {
    let last = '';
    const look = async () => {
      last = await this.status(server);
      return (typeof status === 'string' ? last === status : status.test(last)) || undefined;
    };
    await eventually(look, { what: `${server} to be ${status}`, timeoutMs }).catch((error) => {
      throw new Error(`${error.message}; it is ${last}`, { cause: error });
    });
  }

  /** Saves the states of all servers, as a reload does; the next start reads them. */
  async saveState(): Promise<void> {
    await writeFile(join(this.folder, 'state'), await this.run('show servers state'));
  }

  /** Kills it. */
  kill(): Promise<void> {
    return this.#child.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

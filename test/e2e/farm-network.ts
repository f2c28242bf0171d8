import { Machine } from './machine.ts';
import type { Site } from './site.ts';

/** The address that clients know. */
export const vip = '10.1.0.100';

/** The addresses of the client and, on both sides, of the balancer. */
export const clientAddress = '10.1.0.10';
const [balancerOutside, balancerInside] = ['10.1.0.1', '10.2.0.1'];

/**
 * A farm as it stands in a data centre, each machine a namespace: a client, a balancer that routes and has the virtual
 * address, and servers behind it whose way out leads through the balancer.
 */
export class FarmNetwork implements AsyncDisposable {
  readonly client: Machine;
  readonly balancer: Machine;
  readonly servers: readonly Machine[];

  private constructor(client: Machine, balancer: Machine, servers: readonly Machine[]) {
    this.client = client;
    this.balancer = balancer;
    this.servers = servers;
  }

  /** Builds one with so many servers; their addresses are 10.2.0.11, 10.2.0.12 … */
  static async open(size: number): Promise<FarmNetwork> {
    const [client, balancer, ...servers] = (await Promise.all(
      Array.from({ length: size + 2 }, () => Machine.open()),
    )) as [Machine, Machine, ...Machine[]];
    const network = new FarmNetwork(client, balancer, servers);
    try {
      await network.#joinClient();
      for (const n of servers.keys()) await network.#joinServer(n + 1);
      return network;
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a server program of server `n` (from 1) runs. */
  site(n: number, port: number): Site {
    return { host: serverAddress(n), port, apart: true, enter: this.#server(n).enter };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.client, this.balancer, ...this.servers].map((machine) => machine[Symbol.asyncDispose]()));
  }

  async #joinClient(): Promise<void> {
    const { client, balancer } = this;
    await client.join('eth0', { machine: balancer, name: 'outside' });
    await client.run('ip', 'address', 'add', `${clientAddress}/24`, 'dev', 'eth0');
    await client.run('ip', 'route', 'add', 'default', 'via', balancerOutside);
    await balancer.run('ip', 'address', 'add', `${balancerOutside}/24`, 'dev', 'outside');
    await balancer.run('ip', 'address', 'add', `${vip}/24`, 'dev', 'outside');
    await balancer.run('ip', 'link', 'add', 'inside', 'type', 'bridge');
    await balancer.run('ip', 'address', 'add', `${balancerInside}/24`, 'dev', 'inside');
    await balancer.run('ip', 'link', 'set', 'inside', 'up');
    await balancer.run('sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
  }

  async #joinServer(n: number): Promise<void> {
    const server = this.#server(n);
    const port = `server${n}`;
    await server.join('eth0', { machine: this.balancer, name: port });
    await this.balancer.run('ip', 'link', 'set', port, 'master', 'inside');
    await server.run('ip', 'address', 'add', `${serverAddress(n)}/24`, 'dev', 'eth0');
    await server.run('ip', 'route', 'add', 'default', 'via', balancerInside);
  }

  #server(n: number): Machine {
    const server = this.servers[n - 1];
    if (!server) throw new Error(`the farm has no server ${n}`);
    return server;
  }
}

/** The address of server `n`, from 1. */
export const serverAddress = (n: number): string => `10.2.0.${10 + n}`;
